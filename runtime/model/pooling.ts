import { join } from 'node:path';

import { EmbedError } from '../base/errors';
import { isObject, readJsonFile, readJsonObject } from '../base/json-file';
import type { Family } from './families';

/**
 * How one vector comes out of a text’s token vectors. Every vector is then made unit length, whether or not modules.json
 * ends with a Normalize step: cosine is unchanged by it, and vector stores and OpenAI’s clients count on it.
 */
export type PoolingMode = 'mean' | 'last' | 'cls';

export interface Pooling {
	readonly mode: PoolingMode;
	/** The file or table it was read from. */
	readonly source: string;
}

/** Older sentence-transformers: one boolean a mode. */
const BOOLEAN_KEYS: Readonly<Record<string, PoolingMode>> = {
	pooling_mode_cls_token: 'cls',
	pooling_mode_mean_tokens: 'mean',
	pooling_mode_lasttoken: 'last',
};
/** Newer sentence-transformers: one key that names the mode. */
const NAMED_MODES: Readonly<Record<string, PoolingMode>> = { cls: 'cls', mean: 'mean', lasttoken: 'last', last: 'last' };

/**
 * modules.json and the pooling file it names, else the family’s habit, else null: the caller then needs a graph that
 * pools by itself, and {@link poolingMissing} otherwise.
 * @throws EmbedError `model_unclear` for a mode that is not supported or a file that names none
 */
export function readPooling(folder: string, family: Family | null): Pooling | null {
	const modules = readModules(folder);
	const poolingFolder = modules?.find((module) => module.kind === 'Pooling')?.path ?? '1_Pooling';
	const unsupported = modules?.find((module) => !['Transformer', 'Pooling', 'Normalize'].includes(module.kind));
	if (unsupported) {
		throw new EmbedError(
			'model_unclear',
			`${join(folder, 'modules.json')} asks for a ${unsupported.kind} step after pooling, which is not supported unless the graph contains it: export the model with an output named sentence_embedding`,
		);
	}
	const file = join(folder, poolingFolder, 'config.json');
	const config = readJsonObject(file);
	if (config) {
		return { mode: modeOf(config, file), source: file };
	}
	if (modules?.some((module) => module.kind === 'Pooling')) throw missingFile(file);
	return family?.pooling ? { mode: family.pooling, source: `the ${family.name} family` } : null;
}

export function poolingMissing(folder: string): EmbedError {
	return missingFile(join(folder, '1_Pooling', 'config.json'));
}

function missingFile(file: string): EmbedError {
	return new EmbedError(
		'model_unclear',
		`How to pool is not known: ${file} is missing, the graph has no output named sentence_embedding, and the architecture is not one with a single habit. Add the file from the model’s repository, or write it: {"pooling_mode": "mean"} (or "cls", "lasttoken") as the model card says`,
	);
}

function modeOf(config: Readonly<Record<string, unknown>>, file: string): PoolingMode {
	const named = config.pooling_mode;
	const names = Array.isArray(named) ? named.map(String) : typeof named === 'string' ? [named] : [];
	const switched = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
	const asked = [...names, ...switched];
	const mode = asked.length === 1 ? (NAMED_MODES[asked[0]!] ?? BOOLEAN_KEYS[asked[0]!]) : undefined;
	if (mode) return mode;
	const found = asked.length === 0 ? 'names no pooling mode' : `asks for ${asked.join(' + ')}`;
	throw new EmbedError('model_unclear', `${file} ${found}; supported is exactly one of mean, cls, lasttoken`);
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
	if (!Array.isArray(list)) throw new EmbedError('model_unclear', `${file} must hold a JSON array; fetch the file again`);
	return list.filter(isObject).map((entry) => ({
		kind: String(entry.type ?? '').split('.').at(-1) ?? '',
		path: String(entry.path ?? ''),
	}));
}
