import { describe, expect, test } from 'vitest';

import { cosine, normalize, truncateDimensions } from '../../../../runtime/base/vectors';

describe('normalize', () => {
	test('makes a vector unit length in place', () => {
		const vector = Float32Array.of(3, 4);
		expect(normalize(vector)).toBe(true);
		expect(vector).toEqual(Float32Array.of(0.6, 0.8));
	});

	test.each([
		['all zeros', [0, 0]],
		['NaN', [1, Number.NaN]],
		['infinity', [1, Number.POSITIVE_INFINITY]],
		['minus infinity', [1, Number.NEGATIVE_INFINITY]],
	])('says no to %s and leaves it', (_, numbers) => {
		const vector = Float32Array.from(numbers);
		expect(normalize(vector)).toBe(false);
		expect(vector).toEqual(Float32Array.from(numbers));
	});
});

describe('truncateDimensions', () => {
	test('makes the first numbers unit length again and leaves the original', () => {
		const vector = Float32Array.of(3, 4, 12);
		expect(truncateDimensions(vector, 2)).toEqual(Float32Array.of(0.6, 0.8));
		expect(vector).toEqual(Float32Array.of(3, 4, 12));
	});

	test.each([3, 4])('copies nothing for %i of three', (dimensions) => {
		const vector = Float32Array.of(3, 4, 12);
		expect(truncateDimensions(vector, dimensions)).toBe(vector);
	});
});

test.each([
	['the same direction', [1, 2], [2, 4], 1],
	['the opposite', [1, 2], [-1, -2], -1],
	['a right angle', [1, 0], [0, 5], 0],
	['a vector of zeros', [0, 0], [1, 2], 0],
])('cosine of %s', (_, a, b, expected) => {
	expect(cosine(Float32Array.from(a), Float32Array.from(b))).toBeCloseTo(expected, 12);
});
