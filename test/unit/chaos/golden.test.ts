import { describe, expect, test } from 'vitest';

import { chaosModule } from '../../support/chaos-module';

interface GoldenLike {
	fault(indices: readonly number[], vectors: readonly Float32Array[], dimensions?: number): string | null;
}
const { Golden } = chaosModule<{
	Golden: new (texts: readonly string[], vectors: readonly Float32Array[]) => GoldenLike;
}>('load/golden.mjs');

const [a, b] = [Float32Array.of(0.8, 0, 0.6), Float32Array.of(0, 1, 0)];
const golden = new Golden(['a', 'b'], [a, b]);

describe('a loader’s check of an answer', () => {
	test('passes the right vectors, also those of fewer numbers', () => {
		expect(golden.fault([1, 0, 1], [b, a, b])).toBeNull();
		expect(golden.fault([0, 1], [Float32Array.of(1, 0), Float32Array.of(0, 1)], 2)).toBeNull();
	});

	test.each<[string, readonly Float32Array[]]>([
		['swapped ones', [b, a]],
		['a missing one', [a]],
		['one too many', [a, b, b]],
		['a slightly wrong one', [Float32Array.of(0.79, 0.02, 0.61), b]],
		['zeros', [a, new Float32Array(3)]],
		['NaN', [a, Float32Array.of(0, Number.NaN, 0)]],
		['one that is not of unit length', [a, Float32Array.of(0, 2, 0)]],
		['one of another width', [a, Float32Array.of(0, 1)]],
	])('finds %s', (_, vectors) => {
		expect(golden.fault([0, 1], vectors)).not.toBeNull();
	});
});
