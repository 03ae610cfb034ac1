import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
	decideWorkers,
	FIRST_MEMORY,
	PANIC_WINDOW_MS,
	SHORT_WINDOW_MS,
	STABLE_WINDOW_MS,
	type ScalingMemory,
	type ScalingView,
} from '../../../../runtime/schedule/autoscale';

const NOW = 1_000_000;
const calm: ScalingView = {
	nowMs: NOW,
	readyWorkers: 1,
	loadingWorkers: 0,
	servingWorkers: 1,
	minWorkers: 0,
	levels: [1, 2, 3, 4],
	workersThatFit: () => 8,
	isWanted: false,
	drainMs: 0,
	waitedMs: 0,
	isCrowded: false,
	loadMs: 1_000,
	utilization: 0.5,
	stableUtilization: 0.5,
	idleMs: null,
	idleTimeoutMs: 120_000,
	targetUtilization: 0.65,
};
const four = { ...calm, readyWorkers: 4, servingWorkers: 4 };
const panicking: ScalingMemory = { ...FIRST_MEMORY, panicUntilMs: NOW + 1 };

describe('up', () => {
	test.each<[string, Partial<ScalingView>, number]>([
		['not while nothing is the matter', {}, 1],
		['none, as long as nobody asks', { readyWorkers: 0, servingWorkers: 0 }, 0],
		['one at once on a cold start', { readyWorkers: 0, servingWorkers: 0, isWanted: true, loadMs: null }, 1],
		['as many as there must be', { readyWorkers: 0, servingWorkers: 0, minWorkers: 2 }, 2],
		['not for a queue that a start would hardly shorten', { drainMs: 1_900 }, 1],
		['as many as a long queue is worth', { drainMs: 5_900 }, 3],
		['as many as there may be for a longer one', { drainMs: 60_000 }, 4],
		['also while one loads, if those are not enough', { drainMs: 5_900, loadingWorkers: 1 }, 4],
		['not for a queue while nobody knows what a start costs', { drainMs: 60_000, loadMs: null }, 1],
		['for a short queue that does not end', { waitedMs: 2_100 }, 2],
		['for single texts that come many at a time', { isCrowded: true }, 2],
		['when utilisation passes the target', { utilization: 0.66 }, 2],
		['not at the target', { utilization: 0.65 }, 1],
		['not while a worker that was started for it loads', { utilization: 1, loadingWorkers: 1 }, 2],
		['not while utilisation is not known', { utilization: null }, 1],
		['by the next level', { levels: [1, 3], waitedMs: 2_100 }, 3],
		['not beyond memory', { drainMs: 60_000, workersThatFit: () => 2 }, 3],
		['not to a level that does not fit', { levels: [1, 3], drainMs: 60_000, workersThatFit: () => 1 }, 1],
	])('%s', (_, view, workers) => {
		const decision = decideWorkers({ ...calm, ...view }, FIRST_MEMORY);
		expect(decision.workers).toBe(workers);
		expect(decision.reason).not.toBe('');
	});

	test('as many as bring utilisation under the target', () => {
		const view = { ...calm, readyWorkers: 2, servingWorkers: 2, utilization: 0.9 };
		expect(decideWorkers(view, FIRST_MEMORY).workers).toBe(3);
	});

	test('utilisation from before the last change does not count', () => {
		const justChanged = { ...FIRST_MEMORY, changedAtMs: NOW - SHORT_WINDOW_MS + 1 };
		expect(decideWorkers({ ...calm, utilization: 1 }, justChanged).workers).toBe(1);
	});

	test('says so when memory is what is missing', () => {
		expect(decideWorkers({ ...calm, drainMs: 60_000, workersThatFit: () => 0 }, FIRST_MEMORY).reason).toMatch(/memory/);
	});
});

describe('down', () => {
	test.each<[string, Partial<ScalingView>, number]>([
		['one at a time when utilisation was low for long', { idleMs: 10, stableUtilization: 0.44 }, 3],
		['not at the lower mark', { idleMs: 10, stableUtilization: 0.45 }, 4],
		['not while all of them work', { idleMs: null, stableUtilization: 0.1 }, 4],
		['not when the others would then be over the target', { servingWorkers: 2, idleMs: 1, stableUtilization: 0.4 }, 4],
		['a worker that nobody needed for as long as two loads take', { idleMs: 10_000, stableUtilization: 0.6 }, 3],
		['not before', { idleMs: 9_999, stableUtilization: 0.6 }, 4],
		['or for the idle timeout, if that is shorter', { idleMs: 5_000, idleTimeoutMs: 5_000 }, 3],
		['not below what there must be', { minWorkers: 4, idleMs: 999_999, stableUtilization: 0 }, 4],
		['not while utilisation is not known', { idleMs: 10, stableUtilization: null }, 4],
	])('%s', (_, view, workers) => {
		expect(decideWorkers({ ...four, ...view }, FIRST_MEMORY).workers).toBe(workers);
	});

	test('the last worker goes for nothing but the idle timeout', () => {
		expect(decideWorkers({ ...calm, idleMs: 119_999, stableUtilization: 0 }, FIRST_MEMORY).workers).toBe(1);
		expect(decideWorkers({ ...calm, idleMs: 120_000 }, FIRST_MEMORY).workers).toBe(0);
		expect(decideWorkers({ ...calm, idleMs: 120_000, isWanted: true }, FIRST_MEMORY).workers).toBe(1);
	});

	test('never in panic', () => {
		const idle = { ...four, idleMs: 999_999, stableUtilization: 0 };
		expect(decideWorkers(idle, panicking).workers).toBe(4);
		expect(decideWorkers({ ...idle, nowMs: NOW + 1 }, panicking).workers).toBe(3);
	});

	test('a burst begins a panic that lasts a window, also when there are as many workers as there may be', () => {
		for (const view of [
			{ ...calm, drainMs: 60_000 },
			{ ...four, drainMs: 60_000 },
		])
			expect(decideWorkers(view, FIRST_MEMORY).memory.panicUntilMs).toBe(NOW + PANIC_WINDOW_MS);
	});

	test('the window of utilisation begins anew at each change', () => {
		const low = { ...four, idleMs: 10, stableUtilization: 0.1 };
		const first = decideWorkers(low, FIRST_MEMORY);
		expect(first.workers).toBe(3);
		const soon = { ...low, readyWorkers: 3, servingWorkers: 3, nowMs: NOW + STABLE_WINDOW_MS - 1 };
		expect(decideWorkers(soon, first.memory).workers).toBe(3);
		expect(decideWorkers({ ...soon, nowMs: NOW + STABLE_WINDOW_MS }, first.memory).workers).toBe(2);
	});
});

describe('looks again', () => {
	test('when the idle timeout of the last worker is over', () => {
		expect(decideWorkers({ ...calm, idleMs: 100_000 }, FIRST_MEMORY).lookAgainMs).toBe(20_000);
	});

	test('when a panic ends', () => {
		expect(decideWorkers({ ...four, idleMs: 1 }, panicking).lookAgainMs).toBe(1);
	});

	test('not without workers, nor when time cannot change anything', () => {
		expect(decideWorkers({ ...calm, readyWorkers: 0, servingWorkers: 0 }, FIRST_MEMORY).lookAgainMs).toBeNull();
		expect(decideWorkers({ ...calm, idleMs: 5, minWorkers: 1 }, FIRST_MEMORY).lookAgainMs).toBeNull();
	});
});

const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
const duration = fc.integer({ min: 0, max: 300_000 });
const anyView: fc.Arbitrary<ScalingView> = fc
	.record({
		readyWorkers: fc.integer({ min: 0, max: 4 }),
		servingWorkers: fc.integer({ min: 0, max: 4 }),
		minWorkers: fc.integer({ min: 0, max: 4 }),
		fitting: fc.integer({ min: 0, max: 8 }),
		isWanted: fc.boolean(),
		drainMs: fc.option(duration, { nil: null }),
		waitedMs: duration,
		isCrowded: fc.boolean(),
		loadMs: fc.option(duration, { nil: null }),
		utilization: share,
		stableUtilization: share,
		idleMs: fc.option(duration, { nil: null }),
		changedMs: duration,
	})
	.map((view) => ({ ...calm, ...view, workersThatFit: () => view.fitting }));

test('whatever the numbers: between none and the most, down by one, and a time to look again that lies ahead', () => {
	fc.assert(
		fc.property(anyView, fc.integer({ min: -300_000, max: 60_000 }), (view, panicMs) => {
			const memory = { panicUntilMs: NOW + panicMs, changedAtMs: NOW - 70_000 };
			const { workers, lookAgainMs } = decideWorkers(view, memory);
			expect(workers).toBeGreaterThanOrEqual(view.readyWorkers - 1);
			expect(workers).toBeGreaterThanOrEqual(0);
			expect(workers).toBeLessThanOrEqual(4);
			if (workers > view.readyWorkers) expect(workers - view.readyWorkers).toBeLessThanOrEqual(view.workersThatFit());
			if (workers < view.readyWorkers) expect(workers).toBeGreaterThanOrEqual(view.minWorkers);
			if (lookAgainMs !== null) expect(lookAgainMs).toBeGreaterThan(0);
		}),
	);
});
