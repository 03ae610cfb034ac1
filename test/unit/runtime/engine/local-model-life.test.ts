import { describe, expect, test } from 'vitest';

import { gate, refusalOf, settle } from '../../../support/async';
import type { Fate } from '../../../support/fake-worker';
import { IDLE_MS, localModel, textsIn } from '../../../support/local-model';

const abortedBefore = () => AbortSignal.abort();

describe('a caller who leaves', () => {
	test('before anything began costs nothing', async () => {
		const { model, fleet, tokenizer } = localModel();
		const error = await refusalOf(() => model.embed({ inputs: ['a'] }, { signal: abortedBefore() }));
		expect(error.code).toBe('aborted');
		expect([fleet.workers.length, tokenizer.texts.length]).toEqual([0, 0]);
	});

	test('takes its texts out of the queue', async () => {
		const held = gate();
		const { model, fleet } = localModel({ model: { onLoad: () => held.opened } });
		const leaving = new AbortController();
		const left = refusalOf(() => model.embed({ inputs: ['a', 'b'] }, { signal: leaving.signal }));
		const stays = model.embed({ inputs: ['c'] });
		await settle();
		expect(model.status.queue.texts).toBe(3);
		leaving.abort();
		expect((await left).code).toBe('aborted');
		expect(model.status.queue.texts).toBe(1);
		held.open();
		expect(textsIn(await stays, ['c'])).toEqual([0]);
		expect(fleet.batches.flat()).toHaveLength(1);
	});

	test('while its texts are tokenised leaves nothing to run', async () => {
		const held = gate();
		const { model, fleet, tokenizer } = localModel();
		tokenizer.onEncode = () => held.opened;
		const leaving = new AbortController();
		const left = refusalOf(() => model.embed({ inputs: ['a'] }, { signal: leaving.signal }));
		leaving.abort();
		expect((await left).code).toBe('aborted');
		held.open();
		await settle();
		expect(fleet.batches).toEqual([]);
		expect(model.status.queue).toMatchObject({ texts: 0, tokens: 0 });
	});

	test('takes nothing from another who waits for the same text', async () => {
		const held = gate();
		const { model, fleet } = localModel({ model: { onLoad: () => held.opened } });
		const leaving = new AbortController();
		const left = refusalOf(() => model.embed({ inputs: ['a', 'a'] }, { signal: leaving.signal }));
		const stays = model.embed({ inputs: ['a'] });
		await settle();
		leaving.abort();
		expect((await left).code).toBe('aborted');
		held.open();
		expect(textsIn(await stays, ['a'])).toEqual([0]);
		expect(fleet.batches.flat()).toHaveLength(1);
	});
});

test('a worker is started while the texts are tokenised, and kept for them', async () => {
	const held = gate();
	const { model, fleet, tokenizer, clock } = localModel({ limits: { idleTimeoutMs: 0 } });
	tokenizer.onEncode = () => held.opened;
	const answer = model.embed({ inputs: ['a'] });
	await settle();
	clock.advance(1_000);
	expect([fleet.alive, fleet.batches.length]).toEqual([1, 0]);
	held.open();
	expect(textsIn(await answer, ['a'])).toEqual([0]);
	clock.advance(0);
	expect([fleet.alive, fleet.workers.length]).toEqual([0, 1]);
});

describe('the idle timeout', () => {
	test('unloads a model after its last computation, and the next request loads it again', async () => {
		const { model, clock, fleet, moves } = localModel();
		await model.embed({ inputs: ['a'] });
		clock.advance(IDLE_MS - 1);
		expect([model.isLoaded, model.status.unloadInS]).toEqual([true, 0.001]);
		clock.advance(1);
		await settle();
		expect([model.isLoaded, model.health.state, model.health.reason]).toEqual([false, 'cold', 'idle']);
		await model.embed({ inputs: ['b'] });
		expect(fleet.workers).toHaveLength(2);
		expect(moves).toEqual(['loading', 'ready', 'cold', 'loading', 'ready']);
	});

	test('may be longer for a request, and the longest wish wins', async () => {
		const { model, clock, fleet } = localModel();
		await model.embed({ inputs: ['a'], idleTimeoutMs: 10 * IDLE_MS });
		await model.embed({ inputs: ['b'], idleTimeoutMs: 0 });
		clock.advance(10 * IDLE_MS - 1);
		expect(fleet.alive).toBe(1);
		clock.advance(1);
		expect(fleet.alive).toBe(0);
	});

	test('of zero unloads as soon as nothing runs', async () => {
		const { model, clock, fleet } = localModel({ limits: { idleTimeoutMs: 0 } });
		await model.embed({ inputs: ['a'] });
		clock.advance(0);
		expect(fleet.alive).toBe(0);
	});

	test('does not run while a text does', async () => {
		const held = gate();
		const idleTimeoutMs = 1_000;
		const { model, clock, fleet } = localModel({
			model: { onRun: () => held.opened.then((): Fate => 'answer') },
			limits: { idleTimeoutMs },
		});
		const slow = model.embed({ inputs: ['a'] });
		await settle();
		clock.advance(5 * idleTimeoutMs);
		expect(fleet.alive).toBe(1);
		held.open();
		await slow;
		clock.advance(idleTimeoutMs - 1);
		expect(fleet.alive).toBe(1);
	});

	test('is asked of the caller’s wish though the caller has left', async () => {
		const held = gate();
		const { model, clock, fleet } = localModel({ model: { onRun: () => held.opened.then((): Fate => 'answer') } });
		const leaving = new AbortController();
		const left = refusalOf(() => model.embed({ inputs: ['a'], idleTimeoutMs: 10 }, { signal: leaving.signal }));
		await settle();
		leaving.abort();
		await left;
		held.open();
		await settle();
		clock.advance(10);
		expect(fleet.alive).toBe(0);
	});
});

describe('what a model says of itself', () => {
	test('before its first use', () => {
		const { model, fleet } = localModel({ tuning: null });
		expect(model.info).toEqual({
			id: 'fake/model',
			dimensions: 64,
			maxTokens: 128,
			takesInstruction: false,
			ownedBy: 'n8n-nodes-embed',
		});
		expect(model.health).toEqual({ id: 'fake/model', state: 'cold', reason: 'not used yet', lastForwardAgeS: null });
		expect(model.status).toMatchObject({ workers: [], loadS: null, unloadInS: null, batching: null, pooling: 'mean' });
		expect(fleet.workers).toHaveLength(0);
	});

	test('after it has run', async () => {
		const { model, clock } = localModel();
		await model.embed({ inputs: ['a'] });
		await model.embed({ inputs: ['a'] });
		clock.advance(2_500);
		expect(model.status).toMatchObject({
			state: 'ready',
			reason: 'loaded',
			lastForwardAgeS: 2.5,
			batching: 'batched',
			loadS: 0,
			workers: [{ pid: 1_000, state: 'ready' }],
			queue: { texts: 0, tokens: 0 },
			cache: { entries: 1, hits: 1, misses: 1, maxBytes: 2 ** 20 },
		});
	});

	test('when its worker died of every self-test', async () => {
		const { model } = localModel({ model: { onTest: () => 'die' }, tuning: null });
		for (const text of ['a', 'b', 'c']) {
			await model.embed({ inputs: [text] });
			for (let turn = 0; turn < 20; turn++) await settle();
		}
		expect(model.health.reason).toBe(
			'loaded; every text runs alone, since its process died each time that the self-test ran',
		);
	});

	test('when its texts must run alone', async () => {
		const { model } = localModel({ model: { batching: 'single' }, tuning: null });
		await model.embed({ inputs: ['a'] });
		for (let turn = 0; turn < 200; turn++) await settle();
		expect(model.status.batching).toBe('single');
		expect(model.health.reason).toContain('every text runs alone');
	});

	test('when its process was killed while idle', async () => {
		const { model, fleet, clock } = localModel();
		await model.embed({ inputs: ['a'] });
		fleet.last.end();
		await settle();
		clock.advance(1);
		expect(model.health).toMatchObject({ state: 'cold', reason: 'its process ended unexpectedly' });
		expect(model.status).toMatchObject({ workers: [], unloadInS: null });
	});
});
