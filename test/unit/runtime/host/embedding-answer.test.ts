import { expect, test } from 'vitest';

import { floatsFromBase64, OUTPUT_DTYPES } from '../../../../runtime/base/number-format';
import type { EmbedResult } from '../../../../runtime/base/provider';
import { EmbeddingAnswer, PIECE_BYTES, type AnswerFormat } from '../../../../runtime/host/embedding-answer';
import { vectorOf } from '../../../support/fake-vectors';

const BASE64: AnswerFormat = { encoding: 'base64', dtype: 'float' };
const FLOAT: AnswerFormat = { encoding: 'float', dtype: 'float' };

function resultOf(texts: number, dimensions: number, model = 'org/model'): EmbedResult {
	return {
		model,
		dimensions,
		vectors: Array.from({ length: texts }, (_, i) => vectorOf([i], dimensions)),
		cached: Array.from({ length: texts }, (_, i) => i % 3 === 0),
		usage: { tokens: 9, cachedTokens: 4 },
		timings: { queueMs: 0, tokenizeMs: 0, inferenceMs: 0, totalMs: 0 },
	};
}

interface Read {
	readonly data: readonly { readonly index: number; readonly embedding: string; readonly cached?: boolean }[];
	readonly model: string;
}

const read = (pieces: readonly Buffer[]) => JSON.parse(Buffer.concat(pieces).toString()) as Read;

test.each([
	[1, 384],
	[40, 384],
	[300, 1_024],
	[3, 20_000],
])('%i vectors of %i numbers are one JSON text in bounded pieces, however written', (texts, dimensions) => {
	const result = resultOf(texts, dimensions);
	for (const encoding of ['float', 'base64'] as const) {
		for (const dtype of OUTPUT_DTYPES) {
			const answer = new EmbeddingAnswer(result, { encoding, dtype });
			const pieces = [...answer.pieces()];
			const { data } = read(pieces);
			expect(data.map(({ index }) => index)).toEqual(Array.from({ length: texts }, (_, i) => i));
			if (answer.isOnePiece) expect(pieces).toHaveLength(1);
			const oneVector = 100 + dimensions * 25;
			for (const { length } of pieces) expect(length).toBeLessThanOrEqual(Math.max(PIECE_BYTES, oneVector));
		}
	}
});

test('every vector is exact and in its place, also where pieces meet', () => {
	const result = resultOf(300, 1_024);
	const { data } = read([...new EmbeddingAnswer(result, BASE64).pieces()]);
	const plain = read([...new EmbeddingAnswer(result, FLOAT).pieces()]).data as unknown as { embedding: number[] }[];
	result.vectors.forEach((vector, i) => {
		expect(floatsFromBase64(data[i]!.embedding)).toEqual(vector);
		expect(Float32Array.from(plain[i]!.embedding)).toEqual(vector);
	});
	expect(data.map(({ cached }) => cached === true)).toEqual(result.cached);
});

test('a small answer is one piece and a large one is not', () => {
	expect(new EmbeddingAnswer(resultOf(1, 4_096), BASE64).isOnePiece).toBe(true);
	expect(new EmbeddingAnswer(resultOf(1, 1_024), FLOAT).isOnePiece).toBe(true);
	expect(new EmbeddingAnswer(resultOf(2_048, 1_024), BASE64).isOnePiece).toBe(false);
});

test('pieces are near their bound: a large answer is not sent in crumbs', () => {
	const pieces = [...new EmbeddingAnswer(resultOf(500, 1_024), BASE64).pieces()];
	expect(Math.min(...pieces.slice(0, -1).map(({ length }) => length))).toBeGreaterThan(0.8 * PIECE_BYTES);
});

test('a piece is written only when it is asked for', () => {
	const result = resultOf(300, 1_024);
	const written = new Set<number>();
	const vectors = new Proxy(result.vectors, {
		get(target, name) {
			if (typeof name === 'string' && /^\d+$/.test(name) && watching) written.add(Number(name));
			return Reflect.get(target, name) as unknown;
		},
	});
	let watching = false;
	const pieces = new EmbeddingAnswer({ ...result, vectors }, BASE64).pieces();
	watching = true;
	pieces.next();
	expect(written.size).toBeGreaterThan(0);
	expect(written.size).toBeLessThan(20);
});

test.each(['a "quoted"\nname', 'модель', 'm'.repeat(2 * PIECE_BYTES)])('the model’s name is JSON, too', (model) => {
	const { model: name, data } = read([...new EmbeddingAnswer(resultOf(20, 1_024, model), BASE64).pieces()]);
	expect(name).toBe(model);
	expect(data).toHaveLength(20);
});

test('no vectors are an empty list', () => {
	expect(read([...new EmbeddingAnswer(resultOf(0, 64), FLOAT).pieces()]).data).toEqual([]);
});
