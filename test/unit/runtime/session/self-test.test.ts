import { describe, expect, test } from 'vitest';

import { normalize } from '../../../../runtime/base/vectors';
import { EXACTNESS_BAR, testExactness, type RunRows } from '../../../../runtime/session/self-test';
import { vectorOf } from '../../../support/fake-vectors';

const SAMPLES = [[1, 2], [3, 4, 5], [6], [7, 8, 9, 10, 11], [12, 13]];
const DIMENSIONS = 64;

/** A model whose vectors turn a little under a condition. */
function modelThatTurns(by: number, when: (row: ArrayLike<number>, width: number, rows: number) => boolean): RunRows {
	return async (rows, width) =>
		rows.map((row) => {
			const vector = vectorOf(row, DIMENSIONS);
			if (when(row, width, rows.length)) {
				vector[0]! += by;
				normalize(vector);
			}
			return vector;
		});
}

test('a model whose vectors never change is exact', async () => {
	const result = await testExactness(
		SAMPLES,
		modelThatTurns(0, () => false),
	);
	expect(result.exact).toBe(true);
	expect(result.lowestCosine).toBeCloseTo(1, 6);
});

describe('is found, though it is mild', () => {
	test.each([
		['a fault of padding', modelThatTurns(0.03, (row, width) => width > row.length)],
		['a fault of company', modelThatTurns(0.03, (_row, _width, rows) => rows > 1)],
		['a fault of one text in company', modelThatTurns(0.03, (row, _width, rows) => rows > 1 && row[0] === 7)],
	])('%s', async (_, run) => {
		const { exact, lowestCosine } = await testExactness(SAMPLES, run);
		expect(exact).toBe(false);
		expect(lowestCosine).toBeLessThan(EXACTNESS_BAR);
		expect(lowestCosine).toBeGreaterThan(0.999);
	});
});

test('NaN in company is the worst there is', async () => {
	const run: RunRows = async (rows) =>
		rows.map((row) => (rows.length > 1 ? new Float32Array(DIMENSIONS).fill(Number.NaN) : vectorOf(row, DIMENSIONS)));
	expect(await testExactness(SAMPLES, run)).toEqual({ exact: false, lowestCosine: -1 });
});

test('a vector that is missing or all zeros is no likeness', async () => {
	const zeros: RunRows = async (rows) =>
		rows.map((row) => (rows.length > 1 ? new Float32Array(DIMENSIONS) : vectorOf(row, DIMENSIONS)));
	expect(await testExactness(SAMPLES, zeros)).toEqual({ exact: false, lowestCosine: 0 });
});

test('every text runs alone, padded, and beside texts that are not its like', async () => {
	const runs: (readonly [rows: number, padding: number])[] = [];
	await testExactness(SAMPLES, async (rows, width) => {
		runs.push([rows.length, width - Math.max(...rows.map((row) => row.length))]);
		return rows.map((row) => vectorOf(row, DIMENSIONS));
	});
	expect(runs.filter(([rows, padding]) => rows === 1 && padding === 0).length).toBeGreaterThanOrEqual(SAMPLES.length);
	expect(runs.filter(([rows, padding]) => rows === 1 && padding > 0)).toHaveLength(SAMPLES.length);
	expect(runs.some(([rows]) => rows > 2)).toBe(true);
});
