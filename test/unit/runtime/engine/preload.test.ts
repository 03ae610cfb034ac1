import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { gate, refusalOf, settle } from '../../../support/async';
import type { Fate } from '../../../support/fake-worker';
import { IDLE_MS, localModel, textsIn } from '../../../support/local-model';

describe('a model that is loaded before texts come', () => {
	test('is ready, and its first text starts nothing', async () => {
		const { model, fleet } = localModel();
		expect(await model.load()).toEqual({ id: 'fake/model', state: 'ready', wasLoaded: false, loadS: 0 });
		expect([model.health.state, fleet.workers.length, fleet.batches.length]).toEqual(['ready', 1, 0]);
		expect(textsIn(await model.embed({ inputs: ['a'] }), ['a'])).toEqual([0]);
		expect(fleet.workers).toHaveLength(1);
	});

	test('answers only when it is loaded, with the time that took', async () => {
		const held = gate();
		const { model, clock } = localModel({ model: { onLoad: () => held.opened } });
		const answers: string[] = [];
		const load = model.load().then((answer) => {
			answers.push(answer.state);
			return answer;
		});
		await settle();
		clock.advance(2_500);
		expect([model.health.state, answers]).toEqual(['loading', []]);
		held.open();
		expect(await load).toMatchObject({ state: 'ready', loadS: 2.5 });
	});

	test('shares the load with everyone who comes meanwhile', async () => {
		const held = gate();
		const { model, fleet } = localModel({ model: { onLoad: () => held.opened } });
		const together = [model.load(), model.load(), model.embed({ inputs: ['a'] })];
		await settle();
		held.open();
		await Promise.all(together);
		expect(fleet.workers).toHaveLength(1);
		expect(await model.load()).toMatchObject({ wasLoaded: true });
		expect(fleet.workers).toHaveLength(1);
	});

	test('is tested as after a first text', async () => {
		const { model } = localModel({ tuning: null });
		await model.load();
		for (let turn = 0; turn < 200; turn++) await settle();
		expect(model.status.batching).toBe('batched');
	});

	test('is unloaded when no text comes within the idle timeout, counted from the end of the load', async () => {
		const held = gate();
		const { model, clock, fleet } = localModel({ model: { onLoad: () => held.opened } });
		const load = model.load();
		await settle();
		clock.advance(10 * IDLE_MS);
		held.open();
		await load;
		await settle();
		clock.advance(IDLE_MS - 1);
		expect(fleet.alive).toBe(1);
		clock.advance(1);
		expect(fleet.alive).toBe(0);
	});

	test('stays as long as was wished, and a load begins the wait anew', async () => {
		const { model, clock, fleet } = localModel();
		await model.load({ idleTimeoutMs: 3 * IDLE_MS });
		await settle();
		clock.advance(2.5 * IDLE_MS);
		await model.load();
		await settle();
		clock.advance(IDLE_MS - 1);
		expect(fleet.alive).toBe(1);
		clock.advance(1);
		expect(fleet.alive).toBe(0);
	});
});

describe('a load that fails', () => {
	test('says why, leaves the model failed, and is tried again by the next', async () => {
		const faults = ['weights are missing'];
		const { model, fleet } = localModel({
			model: {
				onLoad: () => {
					const fault = faults.pop();
					if (fault !== undefined) throw new EmbedError('model_load_failed', fault);
				},
			},
		});
		expect(await refusalOf(() => model.load())).toMatchObject({
			code: 'model_load_failed',
			message: 'weights are missing',
		});
		expect([model.health.state, fleet.alive]).toEqual(['failed', 0]);
		expect(await model.load()).toMatchObject({ state: 'ready' });
	});

	test.each([
		[2, 'ready'],
		[3, 'worker_died'],
	])('because %i workers die in a row ends as %s', async (deaths, outcome) => {
		const { model, fleet } = localModel({
			tuning: null,
			model: { onLoad: (worker) => void (worker < deaths && fleet.last.end()) },
		});
		const end = await model.load().then(
			({ state }) => state,
			(error: EmbedError) => error.code,
		);
		expect([end, fleet.workers.length]).toEqual([outcome, 3]);
		if (outcome !== 'ready') return;
		for (let turn = 0; turn < 200; turn++) await settle();
		expect(model.status.batching).toBe('batched');
	});

	test('because the tokenizer cannot be read starts no worker', async () => {
		const { model, fleet, tokenizer } = localModel();
		tokenizer.idsOf = () => {
			throw new EmbedError('model_load_failed', 'tokenizer.json is damaged');
		};
		expect((await refusalOf(() => model.load())).message).toBe('tokenizer.json is damaged');
		expect([fleet.workers.length, model.health.state]).toEqual([0, 'failed']);
	});
});

describe('a model that is to be unloaded', () => {
	test('ends its processes at once when nobody uses it', async () => {
		const { model, fleet, moves } = localModel();
		await model.embed({ inputs: ['a'], idleTimeoutMs: 10 * IDLE_MS });
		expect(await model.unloadIdle()).toEqual({ id: 'fake/model', state: 'cold', endedWorkers: 1 });
		expect([fleet.alive, model.health.reason, model.status.unloadInS]).toEqual([0, 'on request', null]);
		await model.embed({ inputs: ['b'] });
		expect(moves).toEqual(['loading', 'ready', 'cold', 'loading', 'ready']);
	});

	test('that is cold stays so', async () => {
		const { model, fleet, moves } = localModel();
		expect(await model.unloadIdle()).toEqual({ id: 'fake/model', state: 'cold', endedWorkers: 0 });
		expect([fleet.workers.length, moves]).toEqual([0, []]);
	});

	test('is not while a text runs or waits', async () => {
		const held = gate();
		const { model, fleet } = localModel({ model: { onRun: () => held.opened.then((): Fate => 'answer') } });
		const texts = ['a', 'b'];
		const answer = model.embed({ inputs: texts });
		while (fleet.batches.length === 0) await settle();
		expect((await refusalOf(() => model.unloadIdle())).code).toBe('model_in_use');
		held.open();
		expect(textsIn(await answer, texts)).toEqual([0, 1]);
		expect(await model.unloadIdle()).toMatchObject({ state: 'cold', endedWorkers: 1 });
	});

	test('is not while its texts are tokenised', async () => {
		const held = gate();
		const { model, tokenizer, fleet } = localModel();
		tokenizer.onEncode = () => held.opened;
		const answer = model.embed({ inputs: ['a'] });
		await settle();
		expect((await refusalOf(() => model.unloadIdle())).code).toBe('model_in_use');
		held.open();
		await answer;
		expect(fleet.workers).toHaveLength(1);
	});

	test('is not while it loads', async () => {
		const held = gate();
		const { model, fleet } = localModel({ model: { onLoad: () => held.opened } });
		const load = model.load();
		await settle();
		expect((await refusalOf(() => model.unloadIdle())).code).toBe('model_in_use');
		held.open();
		await load;
		expect(fleet.alive).toBe(1);
	});
});
