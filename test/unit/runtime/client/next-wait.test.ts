import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { nextWaitMs, type WaitQuestion } from '../../../../runtime/client/next-wait';

const question: WaitQuestion = { attempt: 1, waitedMs: 0, patienceMs: 600_000, random: 0 };

describe('without a word of the server', () => {
	test.each([
		[1, 500, 1_000],
		[2, 1_000, 2_000],
		[3, 2_000, 4_000],
		[5, 8_000, 16_000],
		[6, 15_000, 30_000],
		[60, 15_000, 30_000],
	])('attempt %i waits from %i to %i ms', (attempt, least, most) => {
		expect(nextWaitMs({ ...question, attempt, random: 0 })).toBe(least);
		expect(nextWaitMs({ ...question, attempt, random: 1 })).toBe(most);
	});
});

describe('with the server’s word', () => {
	test.each([
		[2, 2_000, 2_500],
		[60, 60_000, 75_000],
		[0.001, 100, 125],
	])('%f s is from %i to %i ms, whatever the attempt', (retryAfterS, least, most) => {
		expect(nextWaitMs({ ...question, retryAfterS, random: 0 })).toBe(least);
		expect(nextWaitMs({ ...question, retryAfterS, attempt: 9, random: 1 })).toBe(most);
	});
});

describe('patience', () => {
	test.each<[string, Partial<WaitQuestion>, number | null]>([
		['of none waits for nothing', { patienceMs: 0 }, null],
		['that lasts just long enough waits', { waitedMs: 9_500, patienceMs: 10_000 }, 500],
		['that would end in the wait does not begin it', { waitedMs: 9_501, patienceMs: 10_000 }, null],
		['that is shorter than the server’s word gives up at once', { retryAfterS: 601 }, null],
	])('%s', (_, part, wanted) => {
		expect(nextWaitMs({ ...question, ...part })).toBe(wanted);
	});
});

test('the waits of a series end, and never exceed its patience', () => {
	const series = fc.record({
		patienceMs: fc.integer({ min: 0, max: 600_000 }),
		retryAfterS: fc.option(fc.double({ min: 0, max: 700, noNaN: true }), { nil: undefined }),
		random: fc.double({ min: 0, max: 1, noNaN: true }),
	});
	fc.assert(
		fc.property(series, (given) => {
			let waitedMs = 0;
			let attempt = 1;
			for (; attempt < 10_000; attempt++) {
				const waitMs = nextWaitMs({ ...given, attempt, waitedMs });
				if (waitMs === null) break;
				waitedMs += waitMs;
			}
			expect(attempt).toBeLessThan(10_000);
			expect(waitedMs).toBeLessThanOrEqual(given.patienceMs);
		}),
	);
});
