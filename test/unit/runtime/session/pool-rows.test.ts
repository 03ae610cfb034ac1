import { describe, expect, test } from 'vitest';

import { poolRows } from '../../../../runtime/session/pool-rows';

const WILD = Number.NaN;
// Two rows of three tokens of two numbers; the second row is one token and padding that must not count.
const OUTPUT = Float32Array.of(3, 4, 0, 5, 6, 0, /* second row */ 0, 2, WILD, WILD, WILD, WILD);
const shape = { dimensions: 2, lengths: Int32Array.of(3, 1), width: 3 };

test.each([
	['mean', [9 / Math.hypot(9, 9), 9 / Math.hypot(9, 9), 0, 1]],
	['last', [1, 0, 0, 1]],
	['cls', [0.6, 0.8, 0, 1]],
] as const)('%s pools the valid tokens and makes unit length', (pooling, expected) => {
	const { vectors, nonFiniteRows } = poolRows(OUTPUT, { ...shape, pooling });
	expect(nonFiniteRows).toEqual([]);
	expect(vectors).toEqual(Float32Array.from(expected));
});

test('what the graph has pooled is only made unit length', () => {
	const output = Float32Array.of(3, 4, 0, 2);
	expect(poolRows(output, { ...shape, pooling: 'graph' })).toEqual({
		vectors: Float32Array.of(0.6, 0.8, 0, 1),
		nonFiniteRows: [],
	});
	expect(output).toEqual(Float32Array.of(3, 4, 0, 2));
});

describe('a row without a direction is listed and zeroed, and the others stay', () => {
	test.each([
		['NaN', [WILD, 1]],
		['infinity', [Number.POSITIVE_INFINITY, 1]],
		['nothing but zeros', [0, 0]],
	])('%s', (_, bad) => {
		for (const pooling of ['mean', 'last', 'cls', 'graph'] as const) {
			const output = Float32Array.from([...bad, 3, 4]);
			const pooled = poolRows(output, { pooling, dimensions: 2, lengths: Int32Array.of(1, 1), width: 1 });
			expect(pooled).toEqual({ vectors: Float32Array.of(0, 0, 0.6, 0.8), nonFiniteRows: [0] });
		}
	});
});
