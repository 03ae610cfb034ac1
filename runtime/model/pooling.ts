import { join } from 'node:path';

import { EmbedError } from '../base/errors';
import { isObject, readJsonFile, readJsonObject, type JsonObject } from '../base/json-file';
import type { Family } from './families';
import type { PoolingMode } from './pooling-mode';

/**
 * How one vector comes out of a text’s token vectors, or why the folder does not say; a graph that pools by itself needs
 * no answer. Every vector is made unit length, whether or not modules.json ends with a Normalize step: cosine is
 * unchanged by it, and vector stores and OpenAI’s clients count on it.
 */
export type Pooling =
	| { readonly mode: PoolingMode; /** The file or table it was read from. */ readonly source: string }
	| { readonly mode: null; /** A sentence that names the file and what to do. */ readonly unclear: string };

/** Older sentence-transformers: one boolean a mode. */
const BOOLEAN_KEYS: Readonly<Record<string, PoolingMode>> = {
	pooling_mode_cls_token: 'cls',
	pooling_mode_mean_tokens: 'mean',
	pooling_mode_lasttoken: 'last',
};
/** Newer sentence-transformers: one key that names the mode. */
const NAMED_MODES: Readonly<Record<string, PoolingMode>> = {
	cls: 'cls',
	mean: 'mean',
	lasttoken: 'last',
	last: 'last',
};

/** The pooling file that modules.json names (else 1_Pooling), else the family’s habit. */
export function readPooling(folder: string, family: Family | null): Pooling {
	const modules = readModules(folder);
	const after = modules?.find((module) => !['Transformer', 'Pooling', 'Normalize'].includes(module.kind));
	if (after) {
		const file = join(folder, 'modules.json');
		return unclear(
			`${file} has a ${after.kind} step, which only a graph can carry out: use an ONNX file with an output named sentence_embedding`,
		);
	}
	const poolingModule = modules?.find((module) => module.kind === 'Pooling');
	const file = join(folder, poolingModule?.path ?? '1_Pooling', 'config.json');
	const config = readJsonObject(file);
	if (config) return readMode(config, file);
	if (!poolingModule && family?.pooling) return { mode: family.pooling, source: `the ${family.name} family` };
	return unclear(
		`${file} is missing, the graph has no output named sentence_embedding, and the architecture is not one with a single habit. Add the file from the model’s repository, or write it: {"pooling_mode": "mean"} (or "cls", "lasttoken") as the model card says`,
	);
}

function readMode(config: JsonObject, file: string): Pooling {
	const named = config.pooling_mode;
	const names = Array.isArray(named) ? named.map(String) : typeof named === 'string' ? [named] : [];
	const switched = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
	const asked = [...names, ...switched];
	const mode = asked.length === 1 ? (NAMED_MODES[asked[0]!] ?? BOOLEAN_KEYS[asked[0]!]) : undefined;
	if (config.include_prompt === false)
		return unclear(`${file} leaves the prompt out of pooling, which is not supported`);
	if (mode) return { mode, source: file };
	const found = asked.length === 0 ? 'names no pooling mode' : `asks for ${asked.join(' + ')}`;
	return unclear(`${file} ${found}; supported is exactly one of mean, cls, lasttoken`);
}

function unclear(why: string): Pooling {
	return { mode: null, unclear: `How to pool is not known: ${why}` };
}

interface Module {
	/** The last part of the class name: `Transformer`, `Pooling`, `Normalize`, `Dense` … */
	readonly kind: string;
	readonly path: string;
}

function readModules(folder: string): readonly Module[] | null {
	const file = join(folder, 'modules.json');
	const list = readJsonFile(file);
	if (list === null) return null;
	if (!Array.isArray(list))
		throw new EmbedError('model_unclear', `${file} must hold a JSON array; fetch the file again`);
	return list.filter(isObject).map((entry) => ({
		kind:
			String(entry.type ?? '')
				.split('.')
				.at(-1) ?? '',
		path: String(entry.path ?? ''),
	}));
}
