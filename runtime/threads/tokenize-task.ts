import { join } from 'node:path';

import { EmbedError, messageOf, toErrorMessage, type ErrorMessage } from '../base/errors';
import { readJsonObject } from '../base/json-file';
import { TextTokenizer, type EncodeOptions } from './text-tokenizer';

/** One piece of work for a thread. */
export interface TokenizeTask extends EncodeOptions {
	/** Folder with tokenizer.json and, if there is one, tokenizer_config.json. */
	readonly folder: string;
	/** A change of it makes the thread read the folder anew. */
	readonly revision: string;
	readonly texts: readonly string[];
	readonly specialTokens: 'text' | 'parse';
}

/** All ids in one array, texts one after another: one buffer changes hands instead of a list a text. */
export interface TokenizeAnswer {
	readonly ids: Int32Array;
	/** Tokens of each text. */
	readonly lengths: Int32Array;
	/** 1 where the text was longer than the limit. */
	readonly truncated: Uint8Array;
}

const tokenizers = new Map<string, TextTokenizer>();

/** The thread’s entry. A known fault is returned: an error thrown across threads would lose its class. */
export default function tokenize(task: TokenizeTask): TokenizeAnswer | { readonly error: ErrorMessage } {
	try {
		return encodeAll(task);
	} catch (error) {
		return { error: toErrorMessage(error) };
	}
}

function encodeAll(task: TokenizeTask): TokenizeAnswer {
	const tokenizer = tokenizerFor(task);
	const encoded = task.texts.map((text) => tokenizer.encode(text, task));
	const lengths = Int32Array.from(encoded, ({ ids }) => ids.length);
	const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
	let offset = 0;
	for (const { ids: row } of encoded) {
		ids.set(row, offset);
		offset += row.length;
	}
	return { ids, lengths, truncated: Uint8Array.from(encoded, ({ truncated }) => Number(truncated)) };
}

function tokenizerFor({ folder, revision, specialTokens }: TokenizeTask): TextTokenizer {
	const key = `${folder}\0${revision}\0${specialTokens}`;
	const known = tokenizers.get(key);
	if (known) return known;
	const made = buildTokenizer(folder, specialTokens);
	tokenizers.set(key, made);
	return made;
}

function buildTokenizer(folder: string, specialTokens: 'text' | 'parse'): TextTokenizer {
	const file = join(folder, 'tokenizer.json');
	const json = readJsonObject(file);
	if (!json) throw new EmbedError('model_load_failed', `${file} is missing: copy it from the model’s repository`);
	try {
		return new TextTokenizer(json, readJsonObject(join(folder, 'tokenizer_config.json')) ?? {}, specialTokens);
	} catch (error) {
		if (error instanceof EmbedError) throw error;
		throw new EmbedError('model_load_failed', `Cannot use ${file}: ${messageOf(error)}`, { cause: error });
	}
}
