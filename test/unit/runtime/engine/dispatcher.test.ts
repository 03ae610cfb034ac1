import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { gate, settle } from '../../../support/async';
import { dispatcherOf, outcomes, works } from '../../../support/dispatcher';
import { vectorOf } from '../../../support/fake-vectors';
import { FAKE_INFERENCE_MS } from '../../../support/fake-worker';

const has = (id: number) => (row: readonly number[]) => row.includes(id);

test('every text gets its vector, tokens and times', async () => {
	const held = gate();
	const { dispatcher, clock } = dispatcherOf({ onLoad: () => held.opened });
	const [first, second] = works([1, 2], [3]);
	first!.tokenizeMs = 3;
	dispatcher.enqueue([first!, second!]);
	clock.advance(40);
	held.open();
	await expect(first!.result).resolves.toEqual({
		vector: vectorOf([1, 2], 64),
		tokens: 2,
		tokenizeMs: 3,
		queueMs: 40,
		inferenceMs: FAKE_INFERENCE_MS,
	});
	await expect(outcomes([second!])).resolves.toEqual([true]);
	expect(dispatcher.lastForwardAtMs).toBe(40);
});

test('texts run in batches within the budget, those that come meanwhile in the next', async () => {
	const held = gate();
	const { dispatcher, fleet } = dispatcherOf(
		{ onRun: (_, run) => (run === 0 ? held.opened.then(() => 'answer') : 'answer') },
		{ maxBatchTokens: 4 },
	);
	const [a, b, c, d] = works([1, 1], [2, 2], [3, 3], [4, 4]);
	dispatcher.enqueue([a!, b!, c!]);
	await settle();
	dispatcher.enqueue([d!]);
	held.open();
	expect(await outcomes([a!, b!, c!, d!])).toEqual([true, true, true, true]);
	expect(fleet.batches.map((rows) => rows.length)).toEqual([2, 2]);
	expect(fleet.workers).toHaveLength(1);
});

test('a model whose vectors company changes runs one text at a time', async () => {
	const { dispatcher, fleet } = dispatcherOf({}, { selfTest: { exact: false, lowestCosine: 0.9 } });
	const all = works([1], [2], [3]);
	dispatcher.enqueue(all);
	await outcomes(all);
	expect(fleet.batches.map((rows) => rows.length)).toEqual([1, 1, 1]);
});

test('a vector does not share memory with its batch', async () => {
	const { dispatcher } = dispatcherOf();
	const all = works([1], [2]);
	dispatcher.enqueue(all);
	const { vector } = await all[1]!.result;
	expect(vector.buffer.byteLength).toBe(vector.byteLength);
});

test('a model that does not load refuses all that wait, and is tried again for the next', async () => {
	let loads = 0;
	const { dispatcher } = dispatcherOf({
		onLoad: () => {
			if (loads++ === 0) throw new EmbedError('model_load_failed', 'why');
		},
	});
	const all = works([1], [2], [3]);
	dispatcher.enqueue(all.slice(0, 2));
	expect(await outcomes(all.slice(0, 2))).toEqual(['model_load_failed', 'model_load_failed']);
	dispatcher.enqueue(all.slice(2));
	expect(await outcomes(all.slice(2))).toEqual([true]);
});

describe('a worker that dies during a run', () => {
	test('costs a retry in a fresh one, not a request', async () => {
		const { dispatcher, fleet } = dispatcherOf({ onRun: (_, run) => (run === 0 ? 'die' : 'answer') });
		const all = works([1], [2]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual([true, true]);
		expect(fleet.workers).toHaveLength(2);
	});

	test('three times refuses the text that it ran, and no more is tried', async () => {
		const { dispatcher, fleet, clock } = dispatcherOf({ onRun: () => 'die' });
		const all = works([1]);
		dispatcher.enqueue(all);
		expect(await outcomes(all, clock)).toEqual(['inference_failed']);
		expect(fleet.batches).toHaveLength(3);
	});

	test('of one text does not refuse those beside it', async () => {
		const { dispatcher, clock } = dispatcherOf({ onRun: (rows) => (rows.some(has(13)) ? 'die' : 'answer') });
		const all = works([1], [13], [2], [3]);
		dispatcher.enqueue(all);
		expect(await outcomes(all, clock)).toEqual([true, 'inference_failed', true, true]);
	});

	test('is not replaced for a text that nobody waits for any more', async () => {
		const held = gate();
		const { dispatcher, fleet } = dispatcherOf({ onRun: () => held.opened.then(() => 'die') });
		const all = works([1]);
		dispatcher.enqueue(all);
		await settle();
		all[0]!.leave();
		held.open();
		await settle();
		expect([fleet.workers.length, dispatcher.queue.texts]).toEqual([1, 0]);
	});
});

describe('a run that fails', () => {
	test('is repeated in halves, and only the text at fault is refused', async () => {
		const { dispatcher, fleet } = dispatcherOf({ onRun: (rows) => (rows.some(has(13)) ? 'fail' : 'answer') });
		const all = works([1], [13], [2]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual([true, 'inference_failed', true]);
		expect(fleet.workers).toHaveLength(1);
		expect(fleet.batches.slice(1)).toEqual([[[1], [13]], [[1]], [[13]], [[2]]]);
	});

	test('is not repeated for a text that nobody waits for any more', async () => {
		const held = gate();
		const { dispatcher, fleet } = dispatcherOf({
			onRun: (_, run) => (run === 0 ? held.opened.then(() => 'fail') : 'answer'),
		});
		const all = works([1], [2]);
		dispatcher.enqueue(all);
		await settle();
		all[0]!.leave();
		held.open();
		expect(await outcomes(all.slice(1))).toEqual([true]);
		expect(fleet.batches.slice(1)).toEqual([[[2]]]);
	});
});

describe('a row that is not finite', () => {
	test('is run again alone, and given if it then is', async () => {
		const { dispatcher, fleet } = dispatcherOf({
			onRun: (rows) => (rows.length > 1 ? { nonFiniteRows: [1] } : 'answer'),
		});
		const all = works([1], [2], [3]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual([true, true, true]);
		expect(fleet.batches.slice(1)).toEqual([[[2]]]);
	});

	test('that is not finite alone either is refused', async () => {
		const { dispatcher } = dispatcherOf({
			onRun: (rows) => ({ nonFiniteRows: rows.flatMap((row, i) => (has(13)(row) ? [i] : [])) }),
		});
		const all = works([1], [13]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual([true, 'non_finite_vector']);
	});
});
