import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { PANIC_WINDOW_MS } from '../../../../runtime/schedule/autoscale';
import { gate, settle } from '../../../support/async';
import { dispatcherOf, outcomes, worksIn } from '../../../support/dispatcher';

const MANY = Array.from({ length: 40 }, (_, i) => [i + 1, i + 1]);
const IDLE_MS = 120_000;

/** A dispatcher that a bulk job has made to start its bulk workers; the job is done. */
async function grown(limits = {}) {
	const parts = dispatcherOf({}, { bulkWorkers: 2, maxBatchTokens: 8, ...limits });
	await parts.workers.open();
	await parts.workers.grow('a test');
	const all = worksIn('bulk', ...MANY);
	parts.dispatcher.enqueue(all);
	await outcomes(all);
	await settle();
	return parts;
}

/** Lets time pass as it does: timers fall due one after another, and what they begin is done. */
async function pass(clock: { advance(ms: number): void }, ms: number): Promise<void> {
	for (let done = 0; done < ms; done += 1_000) {
		clock.advance(1_000);
		await settle();
	}
}

const steps = ({ events }: { events: readonly { from: number; to: number }[] }) =>
	events.map(({ from, to }) => [from, to]);

describe('down', () => {
	test('bulk workers go one at a time when nobody needs them, the quick one stays', async () => {
		const { dispatcher, workers, clock, fleet } = await grown();
		await pass(clock, PANIC_WINDOW_MS + 20_000);
		expect(workers.readyBulkWorkers).toBe(0);
		expect([fleet.alive, workers.quick.state]).toEqual([1, 'ready']);
		expect(steps(dispatcher.autoscaler).slice(-2)).toEqual([
			[3, 2],
			[2, 1],
		]);
	});

	test('nothing is retired that runs, and its texts are answered', async () => {
		const held = gate();
		const { dispatcher, workers, clock } = dispatcherOf(
			{
				onRun: async (_rows, _run, { role }) =>
					role === 'bulk' ? held.opened.then(() => 'answer' as const) : 'answer',
			},
			{ bulkWorkers: 2, maxBatchTokens: 8 },
		);
		await workers.open();
		await workers.grow('a test');
		const all = worksIn('bulk', ...MANY);
		dispatcher.enqueue(all);
		await settle();
		await pass(clock, 10 * IDLE_MS);
		expect(workers.readyBulkWorkers).toBe(2);
		held.open();
		expect(await outcomes(all)).toEqual(MANY.map(() => true));
	});

	test('not below the least number of workers', async () => {
		const { workers, clock } = await grown({ minWorkers: 3 });
		await pass(clock, 10 * IDLE_MS);
		expect(workers.readyBulkWorkers).toBe(2);
	});
});

describe('the least number of workers', () => {
	test('is started before any text, and kept for ever', async () => {
		const { dispatcher, workers, clock, fleet } = dispatcherOf({}, { minWorkers: 1 });
		dispatcher.autoscaler.look();
		await settle();
		expect(fleet.alive).toBe(1);
		workers.keepFor(0);
		await pass(clock, 10 * IDLE_MS);
		expect(fleet.alive).toBe(1);
	});

	test('is restored when one ends', async () => {
		const { dispatcher, clock, fleet } = dispatcherOf({}, { minWorkers: 1 });
		dispatcher.autoscaler.look();
		await settle();
		fleet.last.end();
		await settle();
		await pass(clock, 90_000);
		expect([fleet.alive, fleet.workers.length]).toEqual([1, 2]);
	});

	test('that does not load is not tried without pause', async () => {
		const { dispatcher, clock, fleet } = dispatcherOf(
			{
				onLoad: () => {
					throw new EmbedError('model_load_failed', 'damaged');
				},
			},
			{ minWorkers: 1 },
		);
		dispatcher.autoscaler.look();
		await settle();
		await pass(clock, 300_000);
		expect(fleet.workers.length).toBeGreaterThanOrEqual(2);
		expect(fleet.workers.length).toBeLessThanOrEqual(6);
	});

	test('is not restored where somebody wanted it gone, before the next text', async () => {
		const { dispatcher, workers, clock, fleet } = dispatcherOf({}, { minWorkers: 1 });
		dispatcher.autoscaler.look();
		await settle();
		dispatcher.autoscaler.rest();
		await workers.unload('on request');
		await pass(clock, 300_000);
		expect(fleet.alive).toBe(0);
		const all = worksIn('interactive', [1]);
		dispatcher.enqueue(all);
		await outcomes(all);
		workers.keepFor(0);
		await pass(clock, 300_000);
		expect(fleet.alive).toBe(1);
	});

	test('is given up when the scaler is stopped', async () => {
		const { dispatcher, clock, fleet } = dispatcherOf({}, { minWorkers: 1 });
		dispatcher.autoscaler.stop();
		dispatcher.autoscaler.look();
		await pass(clock, 10_000);
		expect(fleet.workers).toEqual([]);
	});
});

test('the machine’s memory is not looked at while no more workers are wanted', async () => {
	let looks = 0;
	const availableBytes = () => (looks++, 2 ** 40);
	const { dispatcher, workers } = dispatcherOf({}, { bulkWorkers: 2, availableBytes });
	for (let i = 0; i < 10; i++) {
		const all = worksIn('interactive', [i + 1]);
		dispatcher.enqueue(all);
		await outcomes(all);
	}
	expect([workers.canGrow, looks]).toEqual([true, 0]);
});

test('every change of the number of workers is kept, with its reason', async () => {
	const { dispatcher, workers } = dispatcherOf();
	const all = worksIn('interactive', [1]);
	dispatcher.enqueue(all);
	await outcomes(all);
	await workers.unload('idle');
	expect(dispatcher.autoscaler.events).toMatchObject([
		{ from: 0, to: 1, reason: 'cold start: texts wait' },
		{ from: 1, to: 0, reason: 'idle' },
	]);
});

test('utilisation is the busy share of the workers’ last seconds', async () => {
	const { dispatcher, clock } = await grown({ bulkWorkers: 0 });
	await pass(clock, 20_000);
	expect(dispatcher.autoscaler.utilization).toBe(0);
});
