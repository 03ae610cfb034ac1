import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { runDeadlineMs, SHORTEST_DEADLINE_MS, type WatchedRun } from '../../../../runtime/schedule/run-deadline';

const RUN: WatchedRun = {
	paddedTokens: 256,
	speed: { msPerToken: 0.1, largestTokens: 256 },
	loadPerCore: 0.5,
	earlierDeaths: 0,
};

describe('a run counts as hung', () => {
	test.each<[string, Partial<WatchedRun>, number]>([
		['after ten seconds when it should take some milliseconds', {}, SHORTEST_DEADLINE_MS],
		['after ten times what such runs take', { paddedTokens: 40_000, speed: known(1, 65_536) }, 400_000],
		['later when it is larger than any that was seen', { paddedTokens: 8_192, speed: known(1, 2_048) }, 327_680],
		['no later than without knowledge when it is far larger', { paddedTokens: 8_192, speed: known(1, 2) }, 1_698_400],
		['later than that on a machine known to be slower still', { paddedTokens: 100, speed: known(500, 100) }, 500_000],
		['after a minute and 200 ms a token when nothing is known', { speed: null }, 111_200],
		['later on a machine with too much to do', { loadPerCore: 3, speed: known(10, 256) }, 3 * 25_600],
		['no later than eight times that', { loadPerCore: 100, speed: known(10, 256) }, 8 * 25_600],
		['no later because of that when it should take some milliseconds', { loadPerCore: 9 }, SHORTEST_DEADLINE_MS],
		['later when its texts have ended workers before', { earlierDeaths: 2 }, 4 * SHORTEST_DEADLINE_MS],
		['at some time, however many workers it has ended', { earlierDeaths: 100 }, 16 * SHORTEST_DEADLINE_MS],
	])('%s', (_, changes, deadlineMs) => {
		expect(runDeadlineMs({ ...RUN, ...changes })).toBeCloseTo(deadlineMs, 6);
	});

	test('never before ten seconds and ten times what is known, and always at some time', () => {
		const positive = fc.double({ min: 0, max: 1_000, noNaN: true });
		const runs = fc.record({
			paddedTokens: fc.integer({ min: 1, max: 200_000 }),
			speed: fc.option(fc.record({ msPerToken: positive, largestTokens: fc.integer({ min: 0, max: 200_000 }) })),
			loadPerCore: positive,
			earlierDeaths: fc.nat(),
		});
		fc.assert(
			fc.property(runs, (run) => {
				const deadlineMs = runDeadlineMs(run);
				expect(Number.isFinite(deadlineMs)).toBe(true);
				expect(deadlineMs).toBeGreaterThanOrEqual(SHORTEST_DEADLINE_MS);
				expect(deadlineMs).toBeGreaterThanOrEqual(10 * run.paddedTokens * (run.speed?.msPerToken ?? 0));
			}),
		);
	});
});

function known(msPerToken: number, largestTokens: number) {
	return { msPerToken, largestTokens };
}
