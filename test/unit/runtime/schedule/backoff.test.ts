import { expect, test } from 'vitest';

import { backoffMs, HIGHEST_LEVEL, nextLevel } from '../../../../runtime/schedule/backoff';

test.each([
	[0, 0],
	[1, 0],
	[2, 100],
	[3, 200],
	[6, 1_600],
	[HIGHEST_LEVEL, 30_000],
	[1_000, 30_000],
])('at level %i a worker is replaced after %i ms', (level, waitMs) => {
	expect(backoffMs(level, 0)).toBe(waitMs);
	expect(backoffMs(level, 1)).toBe(1.25 * waitMs);
});

const levelAfter = (events: readonly ('death' | 'goodRun')[], level = 0) => events.reduce(nextLevel, level);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test('each death raises the level, up to where the wait no longer grows', () => {
	expect(levelAfter(times(3, 'death'))).toBe(3);
	expect(levelAfter(times(500, 'death'))).toBe(HIGHEST_LEVEL);
});

test('a good stretch makes the next replacement immediate again, after whatever there was', () => {
	expect(backoffMs(levelAfter([...times(500, 'death' as const), ...times(12, 'goodRun' as const)]), 0)).toBe(0);
	expect(levelAfter(times(5, 'goodRun'))).toBe(0);
});

test('workers killed by chance every few runs are replaced at once, one that dies of every run is not', () => {
	let level = 0;
	for (let kill = 0; kill < 300; kill++) {
		level = levelAfter([...times(3, 'goodRun' as const), 'death'], level);
		expect(backoffMs(level, 1)).toBe(0);
	}
	for (let death = 0; death < 300; death++) level = nextLevel(level, 'death');
	expect(backoffMs(level, 0)).toBe(30_000);
});
