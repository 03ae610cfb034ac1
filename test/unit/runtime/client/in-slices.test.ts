import { expect, test } from 'vitest';

import { inSlices } from '../../../../runtime/client/in-slices';
import { refusalOf } from '../../../support/async';

/** A clock on which each visit takes one millisecond. */
function visitsOfAMillisecond() {
	const visited: number[] = [];
	return { visited, visit: (position: number) => void visited.push(position), now: () => visited.length };
}

/** How many visits had been made at each turn of the event loop, and at the end. */
async function visitsByTurn(count: number, sliceMs: number): Promise<number[]> {
	const { visited, visit, now } = visitsOfAMillisecond();
	const turns: number[] = [];
	const done = inSlices(count, visit, { sliceMs, now });
	const look = () => {
		turns.push(visited.length);
		if (visited.length < count) setImmediate(look);
	};
	look();
	await done;
	turns.push(visited.length);
	return turns;
}

test('visits all in order', async () => {
	const { visited, visit, now } = visitsOfAMillisecond();
	await inSlices(25, visit, { sliceMs: 10, now });
	expect(visited).toEqual(Array.from({ length: 25 }, (_, i) => i));
});

test('after each slice the event loop turns', async () => {
	expect(new Set(await visitsByTurn(35, 10))).toEqual(new Set([10, 20, 30, 35]));
});

test('what fits into one slice is done at once', () => {
	const { visited, visit, now } = visitsOfAMillisecond();
	void inSlices(10, visit, { sliceMs: 10, now });
	expect(visited).toHaveLength(10);
});

test('no visits take no turn', async () => {
	expect(await visitsByTurn(0, 10)).toEqual([0, 0]);
});

test('a visit longer than a slice is not cut, and the next waits its turn', async () => {
	expect(new Set(await visitsByTurn(3, 0.5))).toEqual(new Set([1, 2, 3]));
});

test('a signal ends it at the end of its slice', async () => {
	const { visited, visit, now } = visitsOfAMillisecond();
	const controller = new AbortController();
	const abortInSecondSlice = (position: number) => {
		visit(position);
		if (position === 14) controller.abort();
	};
	const run = () => inSlices(100, abortInSecondSlice, { sliceMs: 10, now, signal: controller.signal });
	expect((await refusalOf(run)).code).toBe('aborted');
	expect(visited).toHaveLength(20);
});

test('what a visit throws ends it', async () => {
	const { visited, visit, now } = visitsOfAMillisecond();
	const failing = (position: number) => {
		if (position === 12) throw new Error('twelve');
		visit(position);
	};
	await expect(inSlices(100, failing, { sliceMs: 10, now })).rejects.toThrow('twelve');
	expect(visited).toHaveLength(12);
});
