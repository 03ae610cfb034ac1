import { describe, expect, test } from 'vitest';

import { silentLogger } from '../../../../runtime/base/logger';
import { ModelLife } from '../../../../runtime/engine/model-state';
import { WorkerSlot } from '../../../../runtime/engine/worker-slot';
import { toBatch } from '../../../../runtime/session/batch';
import { gate, refusalOf, settle } from '../../../support/async';
import { EmbedError } from '../../../../runtime/base/errors';
import { FakeClock } from '../../../support/fake-clock';
import { FakeFleet, type FakeModel } from '../../../support/fake-worker';
import { modelSpec } from '../../../support/model-spec';

function slotOf(model: FakeModel = {}, beforeStart = () => {}) {
	const clock = new FakeClock();
	const fleet = new FakeFleet(model);
	const startWorker = () => {
		beforeStart();
		return fleet.start();
	};
	const life = new ModelLife(() => {});
	const samples = async () => toBatch([[1]]);
	const slot = new WorkerSlot({
		spec: modelSpec(),
		life,
		threads: 1,
		startWorker,
		samples,
		clock,
		logger: silentLogger,
	});
	return { slot, clock, fleet, life };
}

const refuses = () => {
	throw new EmbedError('model_load_failed', 'the file is damaged');
};

describe('loading', () => {
	test('happens once for all who come together', async () => {
		const { slot, fleet, life } = slotOf();
		const leases = await Promise.all([slot.acquire(), slot.acquire(), slot.acquire()]);
		expect(fleet.workers).toHaveLength(1);
		expect(fleet.last.loads).toBe(1);
		expect(new Set(leases.map(({ worker }) => worker)).size).toBe(1);
		expect(life.state).toBe('ready');
	});

	test('that fails fails all who wait, ends the worker, and is tried again by the next', async () => {
		let loads = 0;
		const { slot, fleet, life } = slotOf({ onLoad: () => (loads++ === 0 ? refuses() : undefined) });
		const errors = await Promise.all([refusalOf(() => slot.acquire()), refusalOf(() => slot.acquire())]);
		expect(errors.map(({ code }) => code)).toEqual(['model_load_failed', 'model_load_failed']);
		expect([life.state, life.reason]).toEqual(['failed', 'the file is damaged']);
		expect([fleet.alive, slot.worker]).toEqual([0, null]);
		await slot.acquire();
		expect([life.state, fleet.workers.length]).toEqual(['ready', 2]);
	});

	test('for which no process can be had fails, and is tried again by the next', async () => {
		let starts = 0;
		const { slot, life } = slotOf({}, () => void (starts++ === 0 && refuses()));
		expect((await refusalOf(() => slot.acquire())).code).toBe('model_load_failed');
		expect(life.state).toBe('failed');
		await slot.acquire();
		expect(life.state).toBe('ready');
	});

	test('during which the worker ends fails, and is tried again by the next', async () => {
		const held = gate();
		let loads = 0;
		const { slot, fleet, life } = slotOf({ onLoad: () => (loads++ === 0 ? held.opened : undefined) });
		const waiting = refusalOf(() => slot.acquire());
		await settle();
		fleet.last.end();
		expect((await waiting).code).toBe('worker_died');
		expect(life.state).toBe('failed');
		await slot.acquire();
		expect(life.state).toBe('ready');
	});

	test('takes note of its time by the clock', async () => {
		const held = gate();
		const { slot, clock } = slotOf({ onLoad: () => held.opened });
		const lease = slot.acquire();
		clock.advance(400);
		held.open();
		await lease;
		expect(slot.loadMs).toBe(400);
	});
});

describe('an idle worker', () => {
	test('stays as long as was wished, from the last wish on', async () => {
		const { slot, clock, fleet, life } = slotOf();
		slot.keepFor(1_000);
		(await slot.acquire()).release();
		clock.advance(900);
		slot.keepFor(1_000);
		clock.advance(999);
		expect([fleet.alive, slot.unloadInMs]).toEqual([1, 1]);
		clock.advance(1);
		await settle();
		expect([fleet.alive, life.state, life.reason, slot.unloadInMs]).toEqual([0, 'cold', 'idle', null]);
	});

	test('stays by the longest of several wishes', async () => {
		const { slot, clock, fleet } = slotOf();
		slot.keepFor(5_000);
		slot.keepFor(10);
		(await slot.acquire()).release();
		clock.advance(4_999);
		expect(fleet.alive).toBe(1);
		clock.advance(1);
		expect(fleet.alive).toBe(0);
	});

	test('without a wish goes at once, but not while it is in use', async () => {
		const { slot, clock, fleet } = slotOf();
		const [first, second] = await Promise.all([slot.acquire(), slot.acquire()]);
		first.release();
		first.release();
		clock.advance(60_000);
		expect([fleet.alive, slot.unloadInMs]).toEqual([1, null]);
		second.release();
		clock.advance(0);
		expect(fleet.alive).toBe(0);
	});

	test('is used again if somebody comes in time', async () => {
		const { slot, clock, fleet } = slotOf();
		slot.keepFor(100);
		(await slot.acquire()).release();
		clock.advance(99);
		const lease = await slot.acquire();
		clock.advance(10_000);
		expect([fleet.workers.length, fleet.alive]).toEqual([1, 1]);
		lease.release();
	});

	test('that ends by itself leaves the model cold and no unloading to wait for', async () => {
		const { slot, fleet, life } = slotOf();
		slot.keepFor(1_000);
		(await slot.acquire()).release();
		fleet.last.end();
		await settle();
		expect([life.state, life.reason]).toEqual(['cold', 'its process ended unexpectedly']);
		expect([slot.worker, slot.unloadInMs]).toEqual([null, null]);
		await slot.acquire();
		expect([fleet.workers.length, life.state]).toEqual([2, 'ready']);
	});
});

test('a discarded worker is replaced at the next use, whoever says so twice', async () => {
	const { slot, fleet, life } = slotOf();
	const { worker, release } = await slot.acquire();
	slot.discard(worker, 'it died');
	release();
	await slot.acquire();
	slot.discard(worker, 'it died');
	expect([life.state, fleet.workers.length]).toEqual(['ready', 2]);
});

test('unloading ends the worker, says why, and may be asked of a cold model', async () => {
	const { slot, fleet, life } = slotOf();
	await slot.unload('nobody wants it');
	expect(life.state).toBe('cold');
	(await slot.acquire()).release();
	await slot.unload('nobody wants it');
	expect([fleet.alive, life.reason]).toEqual([0, 'nobody wants it']);
});

test('unloading during a load does not leave a dead worker in use', async () => {
	const held = gate();
	let loads = 0;
	const { slot, fleet } = slotOf({ onLoad: () => (loads++ === 0 ? held.opened : undefined) });
	const waiting = refusalOf(() => slot.acquire());
	await settle();
	await slot.unload('nobody wants it');
	await waiting;
	const { worker } = await slot.acquire();
	expect(worker).toBe(fleet.last);
	expect(fleet.last.isAlive).toBe(true);
});
