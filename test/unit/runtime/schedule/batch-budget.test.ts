import { describe, expect, test } from 'vitest';

import { chooseBudget, FIRST_BUDGET, rungOf, sizeToTry, type Rung } from '../../../../runtime/schedule/batch-budget';

const rung = (tokens: number, msPerToken: number, runs = 9): Rung => ({ tokens, msPerToken, runs });
const wide = { maxRunMs: 1_000, maxTokens: 16_384 };

test.each([
	[1, 16],
	[16, 16],
	[17, null],
	[23, 32],
	[200, 256],
	[256, 256],
	[300, null],
	[4_000, 4_096],
])('a run of %i tokens counts for the size %s', (tokens, size) => {
	// Below the smallest size a run says nothing but that it was small.
	expect(rungOf(tokens)).toBe(tokens < 11 ? null : size);
});

describe('the budget', () => {
	test.each<[string, Rung[], { maxRunMs: number; maxTokens: number }, number]>([
		['is the usual one before anything is known', [], wide, FIRST_BUDGET],
		['is the usual one while only single texts were seen', [rung(16, 0.3)], wide, FIRST_BUDGET],
		['is the fastest size', [rung(128, 0.3), rung(256, 0.25), rung(512, 0.2), rung(1_024, 0.4)], wide, 512],
		['is the smallest of those about as fast', [rung(128, 0.205), rung(256, 0.2), rung(512, 0.201)], wide, 128],
		['is one text where that is fastest', [rung(16, 0.2), rung(128, 0.25), rung(256, 0.3)], wide, 16],
		['heeds no single measurement', [rung(256, 0.25), rung(512, 0.1, 1)], wide, 256],
		['keeps a run short', [rung(128, 0.25), rung(256, 0.2), rung(512, 0.15)], { ...wide, maxRunMs: 60 }, 256],
		['keeps a run short on a slow device', [rung(128, 8), rung(256, 8)], { ...wide, maxRunMs: 200 }, 25],
		['is never below the smallest size', [rung(256, 100)], { ...wide, maxRunMs: 40 }, 16],
		['keeps the bound', [rung(256, 0.3), rung(512, 0.2)], { ...wide, maxTokens: 300 }, 256],
		['keeps the bound before anything is known', [], { ...wide, maxTokens: 40 }, 40],
	])('%s', (_, rungs, limits, expected) => {
		expect(chooseBudget(rungs, limits)).toBe(expected);
	});
});

describe('a size to try', () => {
	test.each<[string, Rung[], { maxRunMs: number; maxTokens: number }, number | null]>([
		['is the usual one first', [rung(16, 0.3)], wide, FIRST_BUDGET],
		['is larger than the best', [rung(256, 0.25)], wide, 512],
		['is smaller than the best when the larger is known', [rung(256, 0.25), rung(512, 0.3)], wide, 128],
		[
			'is none when the neighbours are known',
			[rung(128, 0.3), rung(256, 0.2), rung(512, 0.3), rung(1_024, 0.4)],
			wide,
			null,
		],
		['is none whose run would be too long', [rung(128, 0.3), rung(256, 0.2)], { ...wide, maxRunMs: 60 }, null],
		['is none over the bound', [rung(128, 0.3), rung(256, 0.2)], { ...wide, maxTokens: 256 }, null],
	])('%s', (_, rungs, limits, expected) => {
		expect(sizeToTry(rungs, limits)).toBe(expected);
	});
});
