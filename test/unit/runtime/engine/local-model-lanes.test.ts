import { describe, expect, test } from 'vitest';

import type { Tuning } from '../../../../runtime/engine/tuning-files';
import { gate, refusalOf, settle } from '../../../support/async';
import type { Fate } from '../../../support/fake-worker';
import { localModel, textsIn } from '../../../support/local-model';

const MANY = Array.from({ length: 40 }, (_, i) => `text ${i}`);

/** A model whose runs wait until they are let go. */
function heldModel(limits = {}) {
	const held = gate();
	const parts = localModel({
		model: { onRun: () => held.opened.then((): Fate => 'answer') },
		limits: { maxBatchTokens: 20, ...limits },
	});
	return { ...parts, open: held.open };
}

describe('a request', () => {
	test.each([
		['of eight texts is interactive', 8, undefined, 'interactive'],
		['of nine texts is bulk', 9, undefined, 'bulk'],
		['of few texts is bulk on wish', 1, 'bulk', 'bulk'],
		['of many texts is interactive on wish', 40, 'interactive', 'interactive'],
	] as const)('%s', async (_, count, priority, lane) => {
		const held = gate();
		const { model } = localModel({ model: { onLoad: () => held.opened } });
		const inputs = MANY.slice(0, count);
		const answer = model.embed({ inputs, ...(priority && { priority }) });
		await settle();
		const { interactiveTexts, bulkTexts } = model.status.queue;
		expect([interactiveTexts, bulkTexts]).toEqual(lane === 'interactive' ? [count, 0] : [0, count]);
		held.open();
		expect(textsIn(await answer, inputs)).toEqual(inputs.map((_text, i) => i));
	});

	test('of one text lifts it out of the bulk job that it waits in, and both are answered', async () => {
		const { model, open } = heldModel();
		const job = model.embed({ inputs: MANY });
		await settle();
		const single = model.embed({ inputs: ['text 39'] });
		await settle();
		expect(model.status.queue.interactiveTexts).toBe(1);
		open();
		expect(textsIn(await single, MANY)).toEqual([39]);
		expect(textsIn(await job, MANY)).toEqual(MANY.map((_, i) => i));
		expect(model.status.batches.realTokens).toBe((await job).usage.tokens);
	});

	test('lifts a text that is still being tokenised', async () => {
		const held = gate();
		const loading = gate();
		const { model, tokenizer } = localModel({ model: { onLoad: () => loading.opened } });
		tokenizer.onEncode = () => held.opened;
		const job = model.embed({ inputs: MANY });
		const single = model.embed({ inputs: ['text 39'] });
		held.open();
		await settle();
		expect(model.status.queue).toMatchObject({ interactiveTexts: 1, bulkTexts: 39 });
		loading.open();
		expect(textsIn(await single, MANY)).toEqual([39]);
		expect(textsIn(await job, MANY)).toEqual(MANY.map((_, i) => i));
	});

	test('larger than a slice is answered whole and in order', async () => {
		const { model } = localModel();
		const inputs = Array.from({ length: 1_000 }, (_, i) => `t${i % 700}`);
		const result = await model.embed({ inputs });
		expect(textsIn(result, inputs)).toEqual(inputs.map((_text, i) => i % 700));
		expect(model.status.cache.entries).toBe(700);
	});

	test('whose caller leaves while later slices are to begin leaves nothing behind', async () => {
		const { model, open } = heldModel();
		const leaving = new AbortController();
		const inputs = Array.from({ length: 2_000 }, (_, i) => `t${i}`);
		const left = refusalOf(() => model.embed({ inputs }, { signal: leaving.signal }));
		leaving.abort();
		expect((await left).code).toBe('aborted');
		open();
		await settle();
		expect(model.status.queue).toMatchObject({ texts: 0, tokens: 0 });
	});
});

test('a caller who leaves a long list that the cache knows whole is told so, and gets no short answer', async () => {
	const { model } = localModel();
	const inputs = Array.from({ length: 1_000 }, (_, i) => `t${i}`);
	await model.embed({ inputs });
	const leaving = new AbortController();
	const left = refusalOf(() => model.embed({ inputs }, { signal: leaving.signal }));
	await Promise.resolve();
	leaving.abort();
	expect((await left).code).toBe('aborted');
	expect((await model.embed({ inputs })).vectors).toHaveLength(1_000);
});

describe('a queue that is full', () => {
	const limits = { maxQueuedTokens: 300 };

	test('refuses what does not fit, at once and with the time to wait', async () => {
		const { model, open } = heldModel(limits);
		const job = model.embed({ inputs: MANY });
		await settle();
		const error = await refusalOf(() => model.embed({ inputs: ['another'] }));
		expect(error).toMatchObject({ code: 'overloaded', items: undefined });
		expect(error.retryAfterS).toBeGreaterThan(0);
		open();
		expect(textsIn(await job, MANY)).toEqual(MANY.map((_, i) => i));
	});

	test('has room again for what comes after', async () => {
		const { model, open } = heldModel(limits);
		const job = model.embed({ inputs: MANY });
		await settle();
		open();
		await job;
		expect(model.status.queue.tokens).toBe(0);
		expect(textsIn(await model.embed({ inputs: ['a', 'b'] }), ['a', 'b'])).toEqual([0, 1]);
	});

	test('has room again when those who filled it leave', async () => {
		const { model, open } = heldModel(limits);
		const leaving = new AbortController();
		const left = refusalOf(() => model.embed({ inputs: MANY }, { signal: leaving.signal }));
		await settle();
		leaving.abort();
		await left;
		open();
		expect(textsIn(await model.embed({ inputs: ['a'] }), ['a'])).toEqual([0]);
	});

	test('counts the whole of a request from its first moment, though its slices begin one after another', async () => {
		const { model, open } = heldModel({ maxQueuedTokens: 3_600 });
		const large = (name: string) => Array.from({ length: 600 }, (_, i) => `${name}${i}`);
		const first = model.embed({ inputs: large('first') });
		const others = await Promise.all(
			['b', 'c', 'd'].map((name) => refusalOf(() => model.embed({ inputs: large(name) }))),
		);
		expect(others.map(({ code }) => code)).toEqual(['overloaded', 'overloaded', 'overloaded']);
		open();
		expect((await first).vectors).toHaveLength(600);
		expect(model.status.queue.tokens).toBe(0);
	});

	test('counts a text once, however often a request has it', async () => {
		const { model, open } = heldModel(limits);
		const job = model.embed({ inputs: MANY.slice(0, 20) });
		await settle();
		const same = model.embed({ inputs: Array.from({ length: 200 }, () => 'the same') });
		open();
		await job;
		expect((await same).vectors).toHaveLength(200);
	});

	test('still answers what the cache has, and what is under way', async () => {
		const { model, open } = heldModel(limits);
		const job = model.embed({ inputs: MANY });
		await settle();
		const joined = model.embed({ inputs: ['text 3'] });
		open();
		await job;
		expect(textsIn(await joined, MANY)).toEqual([3]);
		const again = heldModel({ maxQueuedTokens: 1 });
		again.open();
		await again.model.embed({ inputs: ['a'] });
		expect((await again.model.embed({ inputs: ['a'] })).cached).toEqual([true]);
	});

	test('takes a request larger than the whole queue when nothing else waits', async () => {
		const { model } = localModel({ limits: { maxQueuedTokens: 5 } });
		expect(textsIn(await model.embed({ inputs: MANY }), MANY)).toEqual(MANY.map((_, i) => i));
	});

	test('counts nothing of texts that failed', async () => {
		const { model } = localModel({ model: { onRun: () => 'fail' } });
		await refusalOf(() => model.embed({ inputs: ['a', 'b'] }));
		await settle();
		expect(model.status.queue.tokens).toBe(0);
	});
});

describe('an idle moment', () => {
	test('is used to measure batch sizes, once', async () => {
		const { model, fleet, clock } = localModel({ limits: { maxBatchTokens: 1_024 } });
		await model.embed({ inputs: ['a'] });
		expect(fleet.batches).toHaveLength(1);
		clock.advance(500);
		for (let turn = 0; turn < 100; turn++) await settle();
		const measured = fleet.batches.length;
		expect(measured).toBeGreaterThan(4);
		expect(model.status.batchSizes.quick!.map(({ tokens }) => tokens)).toContain(256);
		// What is measured is nobody’s text.
		expect(model.status.batches.batches).toBe(1);
		await model.embed({ inputs: ['b'] });
		clock.advance(500);
		for (let turn = 0; turn < 100; turn++) await settle();
		expect(fleet.batches.length).toBe(measured + 1);
	});

	test('is not needed by a host that finds what an earlier one learned', async () => {
		const kept = new Map<string, Tuning>();
		const tuning = {
			read: (key: string) => kept.get(key) ?? {},
			write: (key: string, value: Tuning) => void kept.set(key, value),
		};
		const earlier = localModel({ limits: { maxBatchTokens: 1_024 }, tuning });
		await earlier.model.embed({ inputs: ['a'] });
		earlier.clock.advance(500);
		for (let turn = 0; turn < 100; turn++) await settle();
		await earlier.model.unload('a test');
		expect(kept.size).toBe(1);
		const { model, fleet, clock } = localModel({ limits: { maxBatchTokens: 1_024 }, tuning });
		await model.embed({ inputs: ['a'] });
		clock.advance(500);
		for (let turn = 0; turn < 100; turn++) await settle();
		expect(fleet.batches).toHaveLength(1);
		expect(model.status.batchSizes).toEqual(earlier.model.status.batchSizes);
	});

	test('ends with the next text, which waits for one run at most', async () => {
		const { model, fleet, clock } = localModel({ limits: { maxBatchTokens: 1_024 } });
		await model.embed({ inputs: ['a'] });
		clock.advance(500);
		await model.embed({ inputs: ['b'] });
		expect(fleet.batches.length).toBeLessThanOrEqual(3);
	});

	test('does not keep a model loaded', async () => {
		const { model, fleet, clock } = localModel({ limits: { idleTimeoutMs: 600 } });
		await model.embed({ inputs: ['a'] });
		clock.advance(500);
		await settle();
		clock.advance(100);
		expect(fleet.alive).toBe(0);
		await settle();
		expect(model.health.state).toBe('cold');
	});
});
