import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeFolder } from './folders';
import { builtinFolder, shared } from './paths';

export type TinyVariant =
	| 'community'
	| 'plain'
	| 'pooled'
	| 'repo'
	| 'fp16'
	| 'q4'
	| 'quantized'
	| 'nan'
	| 'throws'
	| 'batchvariant'
	| 'batchvariant_mild';

/** A Hugging Face folder of one variant of tiny-qwen3. Its large files are links: never write to them. */
export function assemble(variant: TinyVariant, target = join(makeFolder(), variant)): string {
	execFileSync(process.execPath, [join(shared, 'models', 'tiny-qwen3', 'assemble.mjs'), variant, target, '--link']);
	return target;
}

/** The same with the limit that the truncated golden texts were made with. */
export function assembleShort(variant: TinyVariant, maxTokens: number): string {
	const folder = assemble(variant);
	writeFileSync(join(folder, 'sentence_bert_config.json'), JSON.stringify({ max_seq_length: maxTokens }));
	return folder;
}

/** A copy of the built-in model that a test may spoil. */
export function copyBuiltin(target = join(makeFolder(), 'copy')): string {
	cpSync(builtinFolder, target, { recursive: true });
	chmodSync(join(target, BUILTIN_GRAPH), 0o644);
	return target;
}

export const BUILTIN_GRAPH = join('onnx', 'model_q8_block32.onnx');

/** `--model-path` and `--served-model-name` for several folders. */
export function serveAs(folders: Readonly<Record<string, string>>): string[] {
	return Object.entries(folders).flatMap(([name, folder]) => ['--model-path', folder, '--served-model-name', name]);
}
