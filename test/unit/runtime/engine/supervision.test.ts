import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { gate, settle, whileTimePasses } from '../../../support/async';
import { dispatcherOf, outcomes, works, worksIn } from '../../../support/dispatcher';
import type { FakeModel, Fate } from '../../../support/fake-worker';
import { localModel } from '../../../support/local-model';

const never = new Promise<never>(() => {});
const MANY = Array.from({ length: 12 }, (_, i) => [i + 1]);

async function turns(count: number): Promise<void> {
	for (let i = 0; i < count; i++) await settle();
}

describe('a worker that hangs in a run', () => {
	test('is killed and replaced, and its texts have their vectors', async () => {
		const { dispatcher, fleet, clock } = dispatcherOf({ onRun: (_, run) => (run === 0 ? never : 'answer') });
		const all = works(...MANY);
		dispatcher.enqueue(all);
		expect(await outcomes(all, clock)).toEqual(MANY.map(() => true));
		expect(fleet.workers.map(({ isAlive }) => isAlive)).toEqual([false, true]);
	});

	test('every time with the same text, convicts the text and no other', async () => {
		const { dispatcher, clock } = dispatcherOf({ onRun: (rows) => (rows.some(([id]) => id === 7) ? never : 'answer') });
		const all = works(...MANY);
		dispatcher.enqueue(all);
		expect(await outcomes(all, clock)).toEqual(MANY.map(([id]) => (id === 7 ? 'inference_failed' : true)));
	});

	test('is given more time the second time, in case it was only slow', async () => {
		const startedAtMs: number[] = [];
		const { dispatcher, clock } = dispatcherOf({
			onRun: (_, run) => {
				startedAtMs.push(clock.now());
				return run <= 1 ? never : 'answer';
			},
		});
		const all = works([1]);
		dispatcher.enqueue(all);
		await outcomes(all, clock);
		const [first, second, third] = startedAtMs as [number, number, number];
		expect(third - second).toBeGreaterThan(1.9 * (second - first));
	});

	test('is killed in the self-test as well, and the text that comes then has its vector', async () => {
		let tests = 0;
		const onTest = (): Fate | Promise<Fate> => (tests++ === 0 ? never : 'answer');
		const { dispatcher, workers, fleet, clock } = dispatcherOf({ onTest }, { selfTest: null });
		const first = works([1]);
		dispatcher.enqueue(first);
		expect(await outcomes(first)).toEqual([true]);
		await settle();
		const second = works([2]);
		dispatcher.enqueue(second);
		expect(await outcomes(second, clock)).toEqual([true]);
		await turns(100);
		expect([fleet.workers.length, workers.batching]).toEqual([2, 'batched']);
	});

	test('takes no other worker with it', async () => {
		let isHung = false;
		const model: FakeModel = {
			onRun: (_rows, _run, { role }) => {
				if (role !== 'bulk' || isHung) return 'answer';
				isHung = true;
				return never;
			},
		};
		const { dispatcher, workers, fleet, clock } = dispatcherOf(model, {
			bulkWorkers: 2,
			minWorkers: 3,
			maxBatchTokens: 4,
		});
		await workers.open();
		await workers.grow('a test');
		const all = worksIn('bulk', ...MANY);
		dispatcher.enqueue(all);
		expect(await outcomes(all, clock)).toEqual(MANY.map(() => true));
		expect(fleet.workers.filter(({ isAlive }) => !isAlive)).toHaveLength(1);
	});
});

describe('a worker that hangs while it loads', () => {
	test('is killed, and the next one does the work', async () => {
		const { dispatcher, fleet, clock } = dispatcherOf({ onLoad: (worker) => (worker === 0 ? never : undefined) });
		const all = works(...MANY);
		dispatcher.enqueue(all);
		expect(await outcomes(all, clock)).toEqual(MANY.map(() => true));
		expect(fleet.workers.map(({ isAlive }) => isAlive)).toEqual([false, true]);
	});
});

describe('a worker that dies of every run', () => {
	test('is replaced at once, and then after growing waits', async () => {
		const { dispatcher, fleet, clock } = dispatcherOf({ onRun: () => 'die' });
		dispatcher.enqueue(works([1], [2], [3], [4]));
		await turns(20);
		expect(fleet.workers).toHaveLength(2);
		clock.advance(99);
		await turns(20);
		expect(fleet.workers).toHaveLength(2);
		clock.advance(26);
		await turns(20);
		expect(fleet.workers).toHaveLength(3);
		clock.advance(199);
		await turns(20);
		expect(fleet.workers).toHaveLength(3);
		clock.advance(51);
		await turns(20);
		expect(fleet.workers).toHaveLength(4);
	});
});

describe('workers that die while they load', () => {
	/** A model whose workers die in the load while `isIll`; every caller is refused or served, and time goes by. */
	function illModel() {
		const state = { isIll: true };
		const parts = localModel({
			model: {
				onLoad: (worker) => {
					if (state.isIll) parts.fleet.workers[worker]!.end();
				},
			},
		});
		const ask = (text: string) =>
			whileTimePasses(
				parts.clock,
				parts.model.embed({ inputs: [text] }).then(
					() => 'served',
					(error: unknown) => (error as EmbedError).code,
				),
			);
		return { ...parts, state, ask };
	}

	test('twice cost no request', async () => {
		const { dispatcher, fleet, clock } = dispatcherOf({
			onLoad: (worker) => (worker < 2 ? fleet.workers[worker]!.end() : undefined),
		});
		const all = works([1]);
		dispatcher.enqueue(all);
		expect(await outcomes(all, clock)).toEqual([true]);
		expect(fleet.workers).toHaveLength(3);
	});

	test('three times open the breaker: refused at once, with the reason on the health report', async () => {
		const { ask, model, fleet } = illModel();
		expect(await ask('a')).toBe('model_unavailable');
		expect(fleet.workers).toHaveLength(3);
		expect(await ask('b')).toBe('model_unavailable');
		expect(fleet.workers).toHaveLength(3);
		expect(model.health).toMatchObject({
			state: 'failed',
			reason: expect.stringMatching(/died 3 times in a row while it loaded.*tried again in \d+ s/) as string,
		});
	});

	test('say when to come again', async () => {
		const { ask, model } = illModel();
		await ask('a');
		const refusal = await model.embed({ inputs: ['b'] }).catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(EmbedError);
		expect((refusal as EmbedError).retryAfterS).toBeGreaterThan(0);
		expect((refusal as EmbedError).retryAfterS).toBeLessThanOrEqual(10);
	});

	test('are tried again once later, and for longer left alone when that fails', async () => {
		const { ask, clock, fleet } = illModel();
		await ask('a');
		clock.advance(10_000);
		expect(await ask('b')).toBe('model_unavailable');
		expect(fleet.workers).toHaveLength(4);
		clock.advance(10_000);
		expect(await ask('c')).toBe('model_unavailable');
		expect(fleet.workers).toHaveLength(4);
	});

	test('are forgotten when one loads', async () => {
		const { ask, clock, fleet, state, model } = illModel();
		await ask('a');
		clock.advance(10_000);
		state.isIll = false;
		expect(await ask('b')).toBe('served');
		expect(model.health).toMatchObject({ state: 'ready', reason: 'loaded' });
		fleet.last.end();
		await settle();
		expect(await ask('c')).toBe('served');
	});

	test('leave what is in the cache to everyone', async () => {
		const { ask, fleet, state } = illModel();
		state.isIll = false;
		await ask('a');
		state.isIll = true;
		fleet.last.end();
		await settle();
		expect(await ask('b')).toBe('model_unavailable');
		expect(await ask('a')).toBe('served');
	});
});

test('a worker that was told to go while it loaded has not died of it', async () => {
	const held = [gate(), gate(), gate(), gate(), gate()];
	const { dispatcher, workers, fleet } = dispatcherOf({ onLoad: (worker) => held[worker]!.opened });
	const all = works([1]);
	dispatcher.enqueue(all);
	for (let unload = 0; unload < 4; unload++) {
		await settle();
		await workers.unload('a test');
	}
	await settle();
	held[4]!.open();
	expect(await outcomes(all)).toEqual([true]);
	expect(fleet.workers).toHaveLength(5);
});
