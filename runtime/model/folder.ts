import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { EmbedError, messageOf } from '../base/errors';
import { readJsonObject, type JsonObject } from '../base/json-file';
import { familyOf } from './families';
import { checkGraphFile, findGraphFile, type Dtype } from './graph-file';
import { readMaxTokens } from './length';
import { readPooling, type Pooling } from './pooling';
import { readPrompts, type Prompts } from './prompts';

/** All that a model’s folder says of how it is used. Plain data: it crosses to the worker as it is. */
export interface ModelSpec {
	readonly id: string;
	/** Absolute. */
	readonly folder: string;
	/** Absolute path of the graph. */
	readonly graphFile: string;
	/** Changes when a file that shapes the vectors does; part of every cache key. */
	readonly revision: string;
	readonly pooling: Pooling;
	readonly prompts: Prompts;
	/** Tokens a text may have, special tokens included. */
	readonly maxTokens: number;
	/** Ids are below this. */
	readonly vocabularySize: number;
	/** Numbers in a full vector as config.json states it; the graph has the last word. */
	readonly dimensions: number | null;
	readonly kvHeads: number | null;
	readonly headDimension: number | null;
}

export interface FolderOptions {
	/** Default: the hub id in a cache path, else the folder’s name. */
	readonly id?: string;
	/** Default `auto`. */
	readonly dtype?: Dtype;
}

/**
 * Reads a folder in Hugging Face layout; loads no weights.
 * @throws EmbedError `model_load_failed` or `model_unclear`, naming the file and what to do
 */
export function readModelFolder(path: string, options: FolderOptions = {}): ModelSpec {
	const folder = resolve(path);
	checkFolder(folder);
	const id = options.id ?? modelIdOf(folder);
	const config = readRequired(folder, 'config.json');
	requireFile(folder, 'tokenizer.json');
	const graphFile = findGraphFile(folder, options.dtype ?? 'auto');
	checkGraphFile(graphFile);
	const modelType = typeof config.model_type === 'string' ? config.model_type : null;
	const family = familyOf(modelType, [id, String(config._name_or_path ?? '')]);
	return {
		id,
		folder,
		graphFile,
		revision: revisionOf(folder, graphFile),
		pooling: readPooling(folder, family),
		prompts: readPrompts(folder, family),
		maxTokens: readMaxTokens(folder, config),
		vocabularySize: integer(config.vocab_size) ?? Number.MAX_SAFE_INTEGER,
		dimensions: integer(config.hidden_size),
		kvHeads: integer(config.num_key_value_heads) ?? integer(config.num_attention_heads),
		headDimension: headDimension(config),
	};
}

function checkFolder(folder: string): void {
	try {
		if (!statSync(folder).isDirectory()) throw new Error('it is a file, not a folder');
		accessSync(folder, constants.R_OK | constants.X_OK);
	} catch (error) {
		throw new EmbedError('model_load_failed', `Cannot read the model folder ${folder}: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

/** …/models--Qwen--Qwen3-Embedding-0.6B/snapshots/<commit> → Qwen/Qwen3-Embedding-0.6B */
export function modelIdOf(folder: string): string {
	const hub = /[\\/]models--([^\\/]+)[\\/]snapshots[\\/][^\\/]+$/.exec(folder);
	return hub ? hub[1]!.replaceAll('--', '/') : basename(resolve(folder));
}

const SHAPING_FILES = [
	'config.json',
	'tokenizer.json',
	'tokenizer_config.json',
	'modules.json',
	'sentence_bert_config.json',
	'config_sentence_transformers.json',
	join('1_Pooling', 'config.json'),
];

function revisionOf(folder: string, graphFile: string): string {
	const hash = createHash('sha256');
	const files = [...SHAPING_FILES.map((name) => join(folder, name)), graphFile, `${graphFile}_data`];
	for (const file of files.filter((name) => existsSync(name))) {
		const { size, mtimeMs } = statSync(file);
		hash.update(`${file}\0${size}\0${mtimeMs}\n`);
	}
	return hash.digest('hex').slice(0, 16);
}

function readRequired(folder: string, name: string): JsonObject {
	requireFile(folder, name);
	return readJsonObject(join(folder, name)) ?? {};
}

function requireFile(folder: string, name: string): void {
	if (existsSync(join(folder, name))) return;
	throw new EmbedError('model_load_failed', `${join(folder, name)} is missing: copy it from the model’s repository`);
}

function headDimension(config: JsonObject): number | null {
	const hidden = integer(config.hidden_size);
	const heads = integer(config.num_attention_heads);
	return integer(config.head_dim) ?? (hidden !== null && heads !== null ? hidden / heads : null);
}

function integer(value: unknown): number | null {
	return typeof value === 'number' && Number.isInteger(value) ? value : null;
}
