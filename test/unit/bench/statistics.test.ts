import { expect, test } from 'vitest';

import { benchModule } from '../../support/bench-module';

interface Statistics {
	median(values: readonly number[]): number;
	percentile(values: readonly number[], share: number): number;
	isSteady(before: number, now: number, tolerance: number): boolean;
	lowestCosine(some: readonly (readonly number[])[], others: readonly (readonly number[])[]): number;
}
const { median, percentile, isSteady, lowestCosine } = benchModule<Statistics>('statistics.mjs');

test.each([
	[[3, 1, 2], 2],
	[[10, 9, 1, 100], 9.5],
	[[7], 7],
])('the median of %j is %d', (values, expected) => expect(median(values)).toBe(expected));

test.each([
	[0.5, 50],
	[0.95, 95],
	[1, 100],
	[0, 1],
])('the percentile %d of 1 to 100 is %d', (share, expected) => {
	const values = Array.from({ length: 100 }, (_, i) => 100 - i);
	expect(percentile(values, share)).toBe(expected);
});

test('nothing has no median and no percentile', () => {
	expect(median([])).toBeNaN();
	expect(percentile([], 0.5)).toBeNaN();
});

test('two results are steady when they differ by no more than the share of the larger', () => {
	expect(isSteady(95, 100, 0.05)).toBe(true);
	expect(isSteady(100, 94, 0.05)).toBe(false);
});

test('the lowest cosine is that of the worst pair, whatever the lengths of the vectors', () => {
	expect(
		lowestCosine(
			[
				[1, 0],
				[0, 3],
			],
			[
				[2, 0],
				[1, 1],
			],
		),
	).toBeCloseTo(Math.SQRT1_2, 12);
});

test('a vector of NaN, or of zeros, is as wrong as can be', () => {
	expect(
		lowestCosine(
			[
				[1, 0],
				[NaN, 1],
			],
			[
				[1, 0],
				[1, 1],
			],
		),
	).toBe(-1);
	expect(lowestCosine([[0, 0]], [[1, 1]])).toBe(-1);
});

test('a missing or shorter vector is refused', () => {
	expect(() => lowestCosine([[1]], [])).toThrow('1 vectors against 0');
	expect(() => lowestCosine([[1]], [[1, 2]])).toThrow('1 numbers against one of 2');
});
