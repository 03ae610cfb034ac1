import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LearnedBudget } from '../../../../runtime/schedule/learned-budget';

/** A device where a run costs 2 ms and 0.2 ms a token, and three times as much a token past 512. */
const runMs = (tokens: number) => 2 + 0.2 * Math.min(tokens, 512) + 0.6 * Math.max(0, tokens - 512);
const PATIENT_MS = 1_000;

/** Bulk work without end: every batch is as large as allowed. */
function work(budget: LearnedBudget, batches: number, maxRunMs = PATIENT_MS): number[] {
	return Array.from({ length: batches }, () => {
		const { maxBatchTokens } = budget.limits(maxRunMs);
		budget.record(maxBatchTokens, runMs(maxBatchTokens));
		return maxBatchTokens;
	});
}

test('finds the best size while it works, and stays there', () => {
	const budget = new LearnedBudget(16_384);
	const sizes = work(budget, 400);
	expect(sizes.slice(-160).filter((tokens) => tokens === 256)).toHaveLength(150);
	// It has seen that twice as much is not worth its longer runs, and looks again now and then.
	expect(new Set(sizes.slice(-160))).toEqual(new Set([256, 128, 512]));
	expect(sizes.filter((tokens) => tokens > 512).length).toBeLessThan(10);
});

test('finds the best size in an idle moment, in a bounded number of runs', () => {
	const budget = new LearnedBudget(16_384);
	const measured: number[] = [];
	for (let tokens = budget.sizeToMeasure(PATIENT_MS); tokens !== null; tokens = budget.sizeToMeasure(PATIENT_MS)) {
		measured.push(tokens);
		for (let run = 0; run < 2; run++) budget.record(tokens, runMs(tokens));
		expect(measured.length).toBeLessThan(12);
	}
	expect(budget.limits(PATIENT_MS).maxBatchTokens).toBe(256);
});

test('is not misled by a time in which the machine was busy with something else', () => {
	const budget = new LearnedBudget(16_384);
	work(budget, 100);
	for (let run = 0; run < 20; run++) budget.record(256, 3 * runMs(256));
	for (let run = 0; run < 5; run++) budget.record(64, 1.2 * runMs(64));
	expect(
		work(budget, 150)
			.slice(-30)
			.filter((tokens) => tokens === 256).length,
	).toBeGreaterThan(25);
});

test('starts where an earlier life ended', () => {
	const earlier = new LearnedBudget(16_384);
	work(earlier, 200);
	const budget = new LearnedBudget(16_384, earlier.rungs);
	expect(budget.limits(PATIENT_MS).maxBatchTokens).toBe(256);
	expect(budget.sizeToMeasure(PATIENT_MS)).toBeNull();
});

test('allows as much padding as a run of its own would cost', () => {
	const budget = new LearnedBudget(16_384);
	for (let i = 0; i < 40; i++) for (const tokens of [16, 100, 256]) budget.record(tokens, runMs(tokens));
	expect(budget.limits(PATIENT_MS).maxPaddingTokensPerRow).toBeCloseTo(10, 3);
	expect(budget.msPerToken).toBeCloseTo(0.2, 6);
});

describe('a memory fault', () => {
	test('halves the budget at once', () => {
		const budget = new LearnedBudget(16_384);
		work(budget, 100);
		budget.halve(256);
		expect(budget.limits(PATIENT_MS).maxBatchTokens).toBe(128);
		budget.halve(128);
		expect(budget.limits(PATIENT_MS).maxBatchTokens).toBe(64);
	});

	test('never raises the bound, and a mere death lowers it no further than the usual size', () => {
		const budget = new LearnedBudget(16_384);
		work(budget, 100);
		budget.halve(256);
		budget.halve(1_024);
		expect(budget.limits(PATIENT_MS).maxBatchTokens).toBe(128);
		const other = new LearnedBudget(16_384);
		work(other, 100);
		other.halve(10, 256);
		expect(other.limits(PATIENT_MS).maxBatchTokens).toBe(256);
	});

	test('is forgotten after many runs without one', () => {
		const budget = new LearnedBudget(16_384);
		work(budget, 100);
		budget.halve(256);
		expect(new Set(work(budget, 63))).not.toContain(256);
		expect(work(budget, 200).at(-2)).toBe(256);
	});
});

test('keeps the operator’s bound, whatever it learns', () => {
	expect(Math.max(...work(new LearnedBudget(100), 200))).toBe(100);
});

test('measuring ends, with sizes that fill whole rows, whatever the device, the bound and what was seen before', () => {
	fc.assert(
		fc.property(
			fc.double({ min: 0.01, max: 20, noNaN: true }),
			fc.integer({ min: 1, max: 20_000 }),
			fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 20 }),
			fc.boolean(),
			(msPerToken, maxTokens, seen, isShort) => {
				const budget = new LearnedBudget(maxTokens);
				for (const tokens of seen) budget.record(tokens, 1 + tokens * msPerToken);
				if (isShort) budget.halve(100);
				for (let runs = 0; ; runs++) {
					const tokens = budget.sizeToMeasure(100);
					if (tokens === null) break;
					expect(runs).toBeLessThan(40);
					expect(Math.log2(tokens) % 1).toBe(0);
					expect(tokens).toBeGreaterThanOrEqual(16);
					budget.record(tokens, 1 + tokens * msPerToken);
				}
			},
		),
	);
});

test('says the slowest that it knows of, for whoever waits for a run', () => {
	expect(new LearnedBudget(16_384).speed).toBeNull();
	const earlier = new LearnedBudget(16_384, [{ tokens: 512, msPerToken: 0.25, runs: 9 }]);
	expect(earlier.speed).toEqual({ msPerToken: 0.25, largestTokens: 512 });
	earlier.record(3, 6);
	expect(earlier.speed).toEqual({ msPerToken: 2, largestTokens: 512 });
	earlier.record(1_024, 10);
	expect(earlier.speed!.largestTokens).toBe(1_024);
});
