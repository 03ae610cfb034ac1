import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { gate, settle } from '../../../support/async';
import { dispatcherOf, outcomes, worksIn } from '../../../support/dispatcher';
import type { FakeModel, FakeWorker, Fate } from '../../../support/fake-worker';

const MANY = Array.from({ length: 40 }, (_, i) => [i + 1, i + 1]);

/** Holds every run of a bulk worker, and counts them. */
function heldBulk() {
	const held = gate();
	const model: FakeModel = {
		onRun: (_rows, _run, { role }) => (role === 'bulk' ? held.opened.then((): Fate => 'answer') : 'answer'),
	};
	return { model, open: held.open };
}

/** One worker in the first batch of a bulk job, until it is let go on. */
async function busyWithBulk() {
	const held = gate();
	const onRun = (_rows: unknown, run: number) => (run === 0 ? held.opened.then((): Fate => 'answer') : 'answer');
	const parts = dispatcherOf({ onRun }, { maxBatchTokens: 4 });
	const bulk = worksIn('bulk', ...MANY);
	parts.dispatcher.enqueue(bulk);
	await settle();
	return { ...parts, bulk, open: held.open };
}

/** A dispatcher whose bulk workers have been started, with a load that took no time. */
async function grown(model: FakeModel = {}, limits = {}) {
	const parts = dispatcherOf(model, { bulkWorkers: 2, maxBatchTokens: 8, ...limits });
	await parts.workers.open();
	await parts.workers.grow('a test');
	return parts;
}

const rolesOf = (workers: readonly FakeWorker[]) => workers.map(({ role }) => role);

describe('bulk workers', () => {
	test('are started for a queue that is worth it, and the queue is done by them', async () => {
		const slow = gate();
		let first = true;
		const { dispatcher, fleet, clock } = dispatcherOf(
			{
				onRun: async (_rows, _run, { role }): Promise<Fate> => {
					clock.advance(50);
					if (first && role === 'quick') await slow.opened;
					first = false;
					return 'answer';
				},
			},
			{ bulkWorkers: 2, maxBatchTokens: 4 },
		);
		const all = worksIn('bulk', ...MANY);
		dispatcher.enqueue(all);
		await settle();
		slow.open();
		expect(await outcomes(all)).toEqual(MANY.map(() => true));
		expect(rolesOf(fleet.workers)).toEqual(['quick', 'bulk', 'bulk']);
	});

	test('are not started for single texts', async () => {
		const { dispatcher, fleet } = dispatcherOf({}, { bulkWorkers: 2 });
		const all = worksIn('interactive', [1], [2]);
		dispatcher.enqueue(all);
		await outcomes(all);
		expect(rolesOf(fleet.workers)).toEqual(['quick']);
	});

	test('that do not start are missed by nobody, and not tried again at once', async () => {
		const { dispatcher, workers, fleet } = dispatcherOf(
			{
				onLoad: (worker) => {
					if (worker > 0) throw new EmbedError('model_load_failed', 'no memory');
				},
			},
			{ bulkWorkers: 2 },
		);
		await workers.open();
		await workers.grow('a test');
		expect(workers.canGrow).toBe(false);
		const all = worksIn('bulk', ...MANY);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual(MANY.map(() => true));
		expect(fleet.workers).toHaveLength(3);
	});

	test('share out what waits, and have the next batch at hand before one is done', async () => {
		const { model, open } = heldBulk();
		const { dispatcher, fleet } = await grown(model);
		const all = worksIn('bulk', ...MANY);
		dispatcher.enqueue(all);
		await settle();
		expect(fleet.batches.map((rows) => rows.length)).toEqual([4, 4, 4, 4]);
		open();
		expect(await outcomes(all)).toEqual(MANY.map(() => true));
	});

	test('divide few texts between them', async () => {
		const { model, open } = heldBulk();
		const { dispatcher, fleet } = await grown(model, { maxBatchTokens: 256 });
		const all = worksIn('bulk', ...MANY.slice(0, 4));
		dispatcher.enqueue(all);
		await settle();
		expect(fleet.batches.map((rows) => rows.length)).toEqual([2, 1, 1]);
		open();
		await outcomes(all);
	});
});

describe('a single text beside a bulk job', () => {
	test('is run by the quick worker while the bulk workers are busy', async () => {
		const { model, open } = heldBulk();
		const { dispatcher } = await grown(model);
		const bulk = worksIn('bulk', ...MANY);
		dispatcher.enqueue(bulk);
		await settle();
		const single = worksIn('interactive', [99]);
		dispatcher.enqueue(single);
		expect(await outcomes(single)).toEqual([true]);
		expect(bulk.some(({ isSettled }) => isSettled)).toBe(false);
		open();
		expect(await outcomes(bulk)).toEqual(MANY.map(() => true));
	});

	test('overtakes what waits where one worker does everything', async () => {
		const { dispatcher, fleet, bulk, open } = await busyWithBulk();
		const single = worksIn('interactive', [99]);
		dispatcher.enqueue(single);
		open();
		await outcomes([...bulk, ...single]);
		expect(fleet.batches[1]).toEqual([[99]]);
	});

	test('that is asked for while it waits in bulk is lifted out of it', async () => {
		const { dispatcher, fleet, bulk, open } = await busyWithBulk();
		dispatcher.lift(bulk.at(-1)!, {});
		expect(dispatcher.queue.lane('interactive').texts).toBe(1);
		open();
		expect(await outcomes(bulk)).toEqual(MANY.map(() => true));
		expect(fleet.batches[1]).toEqual([MANY.at(-1)]);
	});
});

test('a crowd of single texts is run by the bulk workers', async () => {
	const { dispatcher, fleet } = await grown();
	const ran: string[] = [];
	fleet.model.onRun = (_rows, _run, { role }) => {
		ran.push(role);
		return 'answer';
	};
	for (let round = 0; round < 6; round++) {
		const crowd = worksIn('interactive', ...Array.from({ length: 16 }, (_, i) => [round, i]));
		dispatcher.enqueue(crowd);
		expect(await outcomes(crowd)).toEqual(crowd.map(() => true));
	}
	expect(ran[0]).toBe('quick');
	expect(new Set(ran.slice(-4))).toEqual(new Set(['bulk']));
});

test('a bulk worker that died is replaced while the other goes on', async () => {
	let deaths = 0;
	const { dispatcher, workers, fleet } = await grown({
		onRun: (_rows, _run, { role }) => (role === 'bulk' && deaths++ === 0 ? 'die' : 'answer'),
	});
	const all = worksIn('bulk', ...MANY);
	dispatcher.enqueue(all);
	expect(await outcomes(all)).toEqual(MANY.map(() => true));
	await settle();
	expect([workers.readyBulkWorkers, fleet.alive, fleet.workers.length]).toEqual([2, 3, 4]);
});

test('the death of a worker is not blamed on the run that waited behind another', async () => {
	const held = gate();
	const { dispatcher, clock } = await grown({
		onRun: async (rows): Promise<Fate> => {
			await held.opened;
			return rows.some((row) => row.includes(13)) ? 'die' : 'answer';
		},
	});
	const all = worksIn('bulk', ...MANY);
	dispatcher.enqueue(all);
	await settle();
	held.open();
	const found = await outcomes(all, clock);
	expect(found.filter((outcome) => outcome !== true)).toEqual(['inference_failed']);
	expect(found[12]).toBe('inference_failed');
	// In company a batch of four died twice with the text at fault; only those four were made to run alone.
	expect(all.filter(({ alone }) => alone).length).toBeLessThanOrEqual(4);
	expect(all[12]!.alone).toBe(true);
});

test('a quick worker that cannot be replaced is not tried again and again while bulk workers go on', async () => {
	const { dispatcher, workers, fleet } = await grown({
		onLoad: (worker) => {
			if (worker > 2) throw new EmbedError('model_load_failed', 'no memory');
		},
	});
	fleet.workers[0]!.end();
	await settle();
	const all = [...worksIn('bulk', ...MANY), ...worksIn('interactive', [98], [99])];
	dispatcher.enqueue(all);
	expect(await outcomes(all)).toEqual(all.map(() => true));
	expect([workers.quick.state, fleet.workers.length]).toEqual(['empty', 4]);
});

test('a worker that was told to go in the middle of a run has not died of it', async () => {
	const held = [gate(), gate(), gate(), gate()];
	const { dispatcher, workers } = dispatcherOf({ onRun: (_, run) => held[run]!.opened.then((): Fate => 'answer') });
	const all = worksIn('bulk', [1]);
	dispatcher.enqueue(all);
	for (let unload = 0; unload < 3; unload++) {
		await settle();
		await workers.unload('a test');
	}
	await settle();
	held[3]!.open();
	expect(await outcomes(all)).toEqual([true]);
});

test('a run that does not fit into memory is halved, and every text has its vector', async () => {
	const { dispatcher, fleet, sizes } = dispatcherOf(
		{
			onRun: (rows) => {
				if (rows.length > 4) throw new EmbedError('out_of_memory', 'Failed to allocate memory');
				return 'answer';
			},
		},
		{ maxBatchTokens: 32 },
	);
	const all = worksIn('bulk', ...MANY);
	dispatcher.enqueue(all);
	expect(await outcomes(all)).toEqual(MANY.map(() => true));
	expect(sizes.of('quick').limits(1_000).maxBatchTokens).toBe(16);
	expect(fleet.workers).toHaveLength(1);
});

test('the workers are kept while there is work, and left to their idle timer after it', async () => {
	const { dispatcher, workers, clock, fleet } = dispatcherOf({}, { bulkWorkers: 2 });
	const all = worksIn('bulk', ...MANY);
	dispatcher.enqueue(all);
	expect(workers.unloadInMs).toBeNull();
	await outcomes(all);
	await settle();
	expect(workers.unloadInMs).toBe(1_000_000);
	clock.advance(1_000_000);
	expect(fleet.alive).toBe(0);
});
