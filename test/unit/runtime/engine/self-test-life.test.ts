import { describe, expect, test } from 'vitest';

import { gate, settle } from '../../../support/async';
import { dispatcherOf, outcomes, worksIn } from '../../../support/dispatcher';
import type { Fate } from '../../../support/fake-worker';

const ALL = [[1], [2], [3], [4], [5], [6]];
const untested = { selfTest: null };

async function turns(count: number): Promise<void> {
	for (let i = 0; i < count; i++) await settle();
}

describe('a model that was never tested', () => {
	test('answers its first text before the self-test, and every text alone until it is through', async () => {
		const { dispatcher, workers, fleet } = dispatcherOf({}, untested);
		const all = worksIn('bulk', ...ALL);
		dispatcher.enqueue(all);
		expect(await outcomes(all.slice(0, 1))).toEqual([true]);
		expect(workers.batching).toBeNull();
		expect(await outcomes(all)).toEqual(ALL.map(() => true));
		expect(fleet.batches[0]).toEqual([[1]]);
		await turns(100);
		expect(workers.batching).toBe('batched');
		const more = worksIn('bulk', ...ALL);
		dispatcher.enqueue(more);
		await outcomes(more);
		expect(fleet.batches.at(-1)).toEqual(ALL);
	});

	test('is found out when company changes its vectors, and goes on text by text', async () => {
		const { dispatcher, workers, fleet } = dispatcherOf({ batching: 'single' }, untested);
		for (let round = 0; round < 2; round++) {
			const all = worksIn('bulk', ...ALL);
			dispatcher.enqueue(all);
			expect(await outcomes(all)).toEqual(ALL.map(() => true));
			await turns(100);
		}
		expect(workers.batching).toBe('single');
		expect(fleet.batches.every((rows) => rows.length === 1)).toBe(true);
	});

	test('is tested by the next worker when the first one ends during the test', async () => {
		const held = gate();
		const { dispatcher, workers, fleet } = dispatcherOf(
			{ onTest: () => held.opened.then((): Fate => 'answer') },
			untested,
		);
		const first = worksIn('bulk', [1]);
		dispatcher.enqueue(first);
		await outcomes(first);
		fleet.last.end();
		await turns(5);
		expect(workers.batching).toBeNull();
		held.open();
		const second = worksIn('bulk', [2]);
		dispatcher.enqueue(second);
		expect(await outcomes(second)).toEqual([true]);
		await turns(100);
		expect(workers.batching).toBe('batched');
	});

	test('whose worker dies of every test goes on text by text, and the next host tests it again', async () => {
		const { dispatcher, workers, fleet } = dispatcherOf(
			{ onTest: (rows) => (rows.length > 1 ? 'die' : 'answer') },
			untested,
		);
		for (let round = 0; round < 4; round++) {
			const all = worksIn('bulk', ...ALL);
			dispatcher.enqueue(all);
			expect(await outcomes(all)).toEqual(ALL.map(() => true));
			await turns(100);
		}
		expect([workers.batching, workers.selfTest]).toEqual(['single', null]);
		expect(fleet.workers.length).toBeLessThanOrEqual(3);
	});

	test('is not taken for a bad one because it is unloaded during its test', async () => {
		const held = gate();
		const { dispatcher, workers } = dispatcherOf({ onTest: () => held.opened.then((): Fate => 'answer') }, untested);
		for (let round = 0; round < 3; round++) {
			const all = worksIn('bulk', [round]);
			dispatcher.enqueue(all);
			await outcomes(all);
			await turns(3);
			await workers.unload('a test');
		}
		expect(workers.batching).toBeNull();
	});

	test('that cannot run a batch at all goes on text by text', async () => {
		const { dispatcher, workers } = dispatcherOf({ onTest: (rows) => (rows.length > 1 ? 'fail' : 'answer') }, untested);
		const all = worksIn('bulk', ...ALL);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual(ALL.map(() => true));
		await turns(100);
		expect(workers.batching).toBe('single');
	});
});

test('a model that an earlier host tested is not tested again', async () => {
	const { dispatcher, workers, fleet } = dispatcherOf({ batching: 'single' });
	const all = worksIn('bulk', ...ALL);
	dispatcher.enqueue(all);
	await outcomes(all);
	await turns(50);
	expect(workers.batching).toBe('batched');
	expect(fleet.batches).toEqual([ALL]);
});
