import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { shared } from './paths';

/** One text of a golden file, with the ids and the vectors of the reference implementation. */
export interface GoldenText {
	readonly index: number;
	readonly text: string;
	readonly role: 'query' | 'document';
	readonly instruction: string | null;
	/** Limit with which the ids were made, if other than the model’s own. */
	readonly maxLength: number | null;
	readonly ids: readonly number[];
	readonly vector: Float32Array;
	/** By dimensions: the first numbers of the vector, made unit length again by the reference. */
	readonly shorter: ReadonlyMap<number, Float32Array>;
}

interface File {
	readonly texts: readonly (
		| string
		| { text: string; role: 'query' | 'document'; instruction: string | null; ids: number[]; max_length?: number }
	)[];
	readonly ids?: readonly (readonly number[])[];
	readonly vectors: string;
	readonly vectors32?: string;
	readonly vectors64?: string;
	readonly known_differences?: readonly { readonly index: number }[];
}

export function readGolden(model: 'all-MiniLM-L6-v2' | 'tiny-qwen3'): readonly GoldenText[] {
	const file = JSON.parse(readFileSync(join(shared, 'models', model, 'golden.json'), 'utf8')) as File;
	const count = file.texts.length;
	const vectors = rows(file.vectors, count);
	const shorter = [file.vectors32, file.vectors64]
		.filter((text) => text !== undefined)
		.map((text) => rows(text, count));
	return file.texts.map((entry, index) => {
		const { text, role, instruction, ids, max_length } =
			typeof entry === 'string'
				? { text: entry, role: 'document' as const, instruction: null, ids: file.ids![index]!, max_length: undefined }
				: entry;
		const cut = new Map(shorter.map((table) => [table[index]!.length, table[index]!]));
		return {
			index,
			text,
			role,
			instruction,
			maxLength: max_length ?? null,
			ids,
			vector: vectors[index]!,
			shorter: cut,
		};
	});
}

/** Texts for which the JavaScript tokenizer is known to differ from the reference. */
export function knownDifferences(model: 'all-MiniLM-L6-v2'): readonly number[] {
	const file = JSON.parse(readFileSync(join(shared, 'models', model, 'golden.json'), 'utf8')) as File;
	return file.known_differences!.map(({ index }) => index);
}

function rows(base64: string, count: number): Float32Array[] {
	const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
	const all = new Float32Array(bytes.buffer);
	const width = all.length / count;
	return Array.from({ length: count }, (_, i) => all.subarray(i * width, (i + 1) * width));
}
