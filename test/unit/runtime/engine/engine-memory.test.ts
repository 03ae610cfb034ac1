import { describe, expect, test } from 'vitest';

import { silentLogger } from '../../../../runtime/base/logger';
import { Engine } from '../../../../runtime/engine/engine';
import { gate, refusalOf, settle } from '../../../support/async';
import { FakeClock } from '../../../support/fake-clock';
import { FakeMemory, MIB } from '../../../support/fake-memory';
import { FakeTokenizer } from '../../../support/fake-tokenizer';
import { FakeFleet, type FakeModel, type FakeWorker, type Fate } from '../../../support/fake-worker';
import { IDLE_MS, LIMITS, TESTED } from '../../../support/local-model';
import { modelFolder } from '../../../support/model-folder';

/** What a process without any weights is taken for; the fakes’ files weigh nothing. */
const WORKER_BYTES = 55 * MIB;

/** Models a, b and c on a machine of 1,000 MiB. */
function engineWith(share: number, model: FakeModel = {}) {
	const clock = new FakeClock();
	const memory = new FakeMemory();
	memory.bytes.set(process.pid, 30 * MIB);
	const fleet = new FakeFleet(model);
	const startWorker = (): FakeWorker => {
		const worker = fleet.start();
		memory.bytes.set(worker.pid, WORKER_BYTES);
		void worker.exited.then(() => memory.bytes.delete(worker.pid));
		return worker;
	};
	const engine = new Engine({
		version: '1.2.3',
		sources: ['a', 'b', 'c'].map((id) => ({ id, folder: modelFolder(), dtype: 'auto' as const })),
		limits: LIMITS,
		surroundings: {
			tokenizer: new FakeTokenizer(),
			startWorker,
			availableBytes: () => 0,
			tuning: TESTED,
			clock,
			logger: silentLogger,
			onMove: () => {},
		},
		memory: memory.options(share),
	});
	const use = (id: string) => engine.embed({ inputs: [`${id} ${clock.now()}`], model: id });
	const loaded = async () =>
		(await engine.status()).models.filter(({ state }) => state === 'ready').map(({ id }) => id);
	return { engine, clock, memory, fleet, use, loaded };
}

describe('a budget for two of three models', () => {
	const SHARE = 0.12;

	test('unloads the least recently used for the third', async () => {
		const { clock, use, loaded } = engineWith(SHARE);
		for (const id of ['a', 'b', 'a']) {
			await use(id);
			clock.advance(1_000);
		}
		expect(await loaded()).toEqual(['a', 'b']);
		await use('c');
		expect(await loaded()).toEqual(['a', 'c']);
	});

	test('never unloads one in use, whose texts are answered', async () => {
		const block = gate();
		const { clock, use, loaded } = engineWith(SHARE, {
			onRun: async (_rows, run): Promise<Fate> => {
				if (run === 0) await block.opened;
				return 'answer';
			},
		});
		const slow = use('a');
		await settle();
		clock.advance(1_000);
		await use('b');
		clock.advance(1_000);
		await use('c');
		expect(await loaded()).toEqual(['a', 'c']);
		block.open();
		expect((await slow).vectors).toHaveLength(1);
	});

	test('lets models that come together in one after another', async () => {
		const { use, loaded } = engineWith(SHARE);
		await Promise.all([use('a'), use('b')]);
		expect(await loaded()).toEqual(['a', 'b']);
	});
});

describe('a budget for one model', () => {
	const SHARE = 0.06;

	test('that is in use refuses another with the numbers, and takes it later', async () => {
		const block = gate();
		const { engine, use, loaded } = engineWith(SHARE, {
			onRun: async (_rows, run): Promise<Fate> => {
				if (run === 0) await block.opened;
				return 'answer';
			},
		});
		const slow = use('a');
		await settle();
		const error = await refusalOf(() => use('b'));
		expect(error).toMatchObject({ code: 'memory_in_use', row: { status: 503, retryable: true }, retryAfterS: 5 });
		expect(error.message).toContain('b needs 55 MiB');
		expect(error.message).toContain('budget of 60 MiB');
		expect(error.message).toContain('in use: a 55 MiB');
		expect((await engine.health()).models[1]).toMatchObject({ state: 'cold', reason: error.message });
		block.open();
		await slow;
		await settle();
		await use('b');
		expect(await loaded()).toEqual(['b']);
	});

	test('is the bound of further workers too', async () => {
		const { engine, use } = engineWith(SHARE);
		await use('a');
		expect((await engine.status()).memory).toMatchObject({
			budgetBytes: 60 * MIB,
			usedBytes: WORKER_BYTES,
			hostBytes: 30 * MIB,
			deviceSource: 'a test',
		});
	});
});

test('a model larger than the budget is refused for good, and /health says why', async () => {
	const { engine, fleet, use } = engineWith(0.05);
	const error = await refusalOf(() => use('a'));
	expect(error).toMatchObject({ code: 'model_too_large', row: { status: 507, retryable: false } });
	expect(error.message).toContain('a needs 55 MiB');
	expect(error.message).toContain('50 MiB (--memory-utilization 0.05 of 1000 MiB)');
	expect((await engine.health()).models[0]).toMatchObject({ state: 'failed', reason: error.message });
	expect((await refusalOf(() => use('a'))).code).toBe('model_too_large');
	expect(fleet.workers).toEqual([]);
});

test('a machine that others have filled refuses a load, and says who is not to blame', async () => {
	const { memory, use } = engineWith(0.8);
	memory.availableBytes = 10 * MIB;
	const error = await refusalOf(() => use('a'));
	expect(error.code).toBe('memory_in_use');
	expect(error.message).toContain('the machine has 10 MiB left');
	memory.availableBytes = 200 * MIB;
	expect((await use('a')).vectors).toHaveLength(1);
});

describe('what an unload gave back', () => {
	test('is in the status, and the host gave its own part', async () => {
		const { engine, clock, memory, use } = engineWith(0.8);
		await use('a');
		expect((await engine.status()).models[0]).toMatchObject({
			workers: [{ residentBytes: WORKER_BYTES }],
			lastUnload: null,
		});
		clock.advance(IDLE_MS + 1);
		await settle();
		expect((await engine.status()).models[0]).toMatchObject({
			workers: [],
			neededBytes: WORKER_BYTES,
			lastUnload: { reason: 'idle', loadedBytes: WORKER_BYTES, returnedBytes: WORKER_BYTES, returnedShare: 1 },
		});
		expect(memory.givenBack).toBe(1);
	});

	test('is not asked of the host while another model is loaded', async () => {
		const { clock, memory, use, loaded } = engineWith(0.8);
		await use('a');
		clock.advance(IDLE_MS / 2);
		await use('b');
		clock.advance(IDLE_MS / 2 + 1);
		await settle();
		expect(await loaded()).toEqual(['b']);
		expect(memory.givenBack).toBe(0);
	});

	test('teaches what the model needs, up to the estimate', async () => {
		const { engine, memory, fleet, use } = engineWith(0.8);
		await use('a');
		memory.bytes.set(fleet.last.pid, 222 * MIB);
		await engine.close();
		await settle();
		expect((await engine.status()).models[0]).toMatchObject({
			neededBytes: 55 * MIB + 9,
			lastUnload: { reason: 'the host is closing', loadedBytes: 222 * MIB },
		});
	});
});

test('devices are not looked at with every status', async () => {
	const { engine, clock, memory } = engineWith(0.8);
	await engine.status();
	clock.advance(1_000);
	await engine.status();
	expect(memory.deviceLooks).toBe(1);
	clock.advance(10_000);
	await engine.status();
	expect(memory.deviceLooks).toBe(2);
});
