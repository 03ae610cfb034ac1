// The models that are measured, and how each contender is told to use them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef Model
 * @property {string} title for tables
 * @property {string} folder in Hugging Face layout
 * @property {string} graphFile
 * @property {'mean' | 'last'} pooling
 * @property {string[]} serveArgs what `serve` needs to take this file
 * @property {{dtype: string, modelFileName?: string}} transformersJs how its users name the same file
 * @property {boolean} [isMain] the one that the required figures are for
 */

/** @returns {Record<string, Model>} */
export function modelsOf({ root, shared, cache }) {
	const minilm = join(shared, 'models', 'all-MiniLM-L6-v2');
	const builtin = join(root, 'dist/runtime/model/builtin/all-MiniLM-L6-v2');
	const qwen3 = join(cache, 'models', 'qwen3-mini');
	return {
		'minilm-fp32': {
			title: 'MiniLM fp32',
			folder: minilm,
			graphFile: join(minilm, 'onnx/model.onnx'),
			pooling: 'mean',
			serveArgs: ['--model-path', minilm, '--dtype', 'fp32'],
			transformersJs: { dtype: 'fp32' },
			isMain: true,
		},
		'minilm-int8': {
			title: 'MiniLM dynamic int8',
			folder: minilm,
			graphFile: join(minilm, 'onnx/model_quantized.onnx'),
			pooling: 'mean',
			serveArgs: ['--model-path', minilm, '--dtype', 'int8'],
			transformersJs: { dtype: 'q8' },
		},
		builtin: {
			title: 'built-in (MiniLM, 8-bit blocks)',
			folder: builtin,
			graphFile: join(builtin, 'onnx/model_q8_block32.onnx'),
			pooling: 'mean',
			serveArgs: [],
			transformersJs: { dtype: 'fp32', modelFileName: 'model_q8_block32' },
		},
		'qwen3-mini': {
			title: 'Qwen3-shaped, 2 layers, random',
			folder: qwen3,
			graphFile: join(qwen3, 'onnx/model.onnx'),
			pooling: 'last',
			serveArgs: ['--model-path', qwen3],
			transformersJs: { dtype: 'fp32' },
		},
	};
}

/** Writes the random model where it is not yet there. Its numbers are seeded: everybody gets the same. */
export function ensureRandomModel(model, { shared }) {
	if (existsSync(join(model.folder, 'modules.json')) && existsSync(model.graphFile)) return;
	const tool = join(shared, 'tools', 'make-model.mjs');
	const args = [tool, '--arch', 'qwen3', '--preset', 'mini', '--out', model.folder];
	const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 2, 2] });
	if (status !== 0) throw new Error(`${tool} ended with code ${status}`);
}
