import { describe, expect, test } from 'vitest';

import { silentLogger } from '../../../../runtime/base/logger';
import { BatchSizes } from '../../../../runtime/engine/batch-sizes';
import { Deadlines } from '../../../../runtime/engine/deadlines';
import { Fleet } from '../../../../runtime/engine/fleet';
import { ModelLife } from '../../../../runtime/engine/model-state';
import type { WorkerRole } from '../../../../runtime/schedule/assign-lane';
import { toBatch } from '../../../../runtime/session/batch';
import { gate, refusalOf, settle } from '../../../support/async';
import { EmbedError } from '../../../../runtime/base/errors';
import { FakeClock } from '../../../support/fake-clock';
import { FakeFleet, type FakeModel } from '../../../support/fake-worker';
import { modelSpec } from '../../../support/model-spec';

function fleetOf(model: FakeModel = {}, beforeStart = () => {}, bulkWorkers = 0) {
	const clock = new FakeClock();
	const fleet = new FakeFleet(model);
	const startWorker = (role: WorkerRole) => {
		beforeStart();
		return fleet.start(role);
	};
	const life = new ModelLife(() => {});
	const selfTest = null;
	const warnings: string[] = [];
	const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
	const samples = async () => toBatch([[1]]);
	const shape = { quickThreads: 2, bulkWorkers, bulkThreads: 1 };
	const subject = new Fleet({
		spec: modelSpec(),
		deadlines: new Deadlines(modelSpec(), new BatchSizes(256)),
		life,
		shape,
		startWorker,
		samples,
		selfTest,
		clock,
		logger,
	});
	/** Loads the quick worker and uses it until it is released. */
	const use = async () => {
		const release = subject.hold();
		try {
			await subject.open();
		} catch (error) {
			release();
			throw error;
		}
		return { worker: subject.quick.worker!, release };
	};
	return { subject, use, clock, fleet, life, warnings };
}

const refuses = () => {
	throw new EmbedError('model_load_failed', 'the file is damaged');
};

describe('loading', () => {
	test('happens once for all who come together', async () => {
		const { use, fleet, life } = fleetOf();
		const leases = await Promise.all([use(), use(), use()]);
		expect(fleet.workers).toHaveLength(1);
		expect(fleet.last.loads).toBe(1);
		expect(new Set(leases.map(({ worker }) => worker)).size).toBe(1);
		expect(life.state).toBe('ready');
	});

	test('that fails fails all who wait, ends the worker, and is tried again by the next', async () => {
		let loads = 0;
		const { subject, use, fleet, life } = fleetOf({ onLoad: () => (loads++ === 0 ? refuses() : undefined) });
		const errors = await Promise.all([refusalOf(() => use()), refusalOf(() => use())]);
		expect(errors.map(({ code }) => code)).toEqual(['model_load_failed', 'model_load_failed']);
		expect([life.state, life.reason]).toEqual(['failed', 'the file is damaged']);
		expect([fleet.alive, subject.quick.worker]).toEqual([0, null]);
		await use();
		expect([life.state, fleet.workers.length]).toEqual(['ready', 2]);
	});

	test('for which no process can be had fails, and is tried again by the next', async () => {
		let starts = 0;
		const { use, life } = fleetOf({}, () => void (starts++ === 0 && refuses()));
		expect((await refusalOf(() => use())).code).toBe('model_load_failed');
		expect(life.state).toBe('failed');
		await use();
		expect(life.state).toBe('ready');
	});

	test('during which the worker ends fails, and is tried again by the next', async () => {
		const held = gate();
		let loads = 0;
		const { use, fleet, life } = fleetOf({ onLoad: () => (loads++ === 0 ? held.opened : undefined) });
		const waiting = refusalOf(() => use());
		await settle();
		fleet.last.end();
		expect((await waiting).code).toBe('worker_died');
		expect(life.state).toBe('failed');
		await use();
		expect(life.state).toBe('ready');
	});

	test('takes note of its time by the clock', async () => {
		const held = gate();
		const { subject, use, clock } = fleetOf({ onLoad: () => held.opened });
		const lease = use();
		clock.advance(400);
		held.open();
		await lease;
		expect(subject.quick.loadMs).toBe(400);
	});
});

describe('an idle worker', () => {
	test('stays as long as was wished, from the last wish on', async () => {
		const { subject, use, clock, fleet, life } = fleetOf();
		subject.keepFor(1_000);
		(await use()).release();
		clock.advance(900);
		subject.keepFor(1_000);
		clock.advance(999);
		expect([fleet.alive, subject.unloadInMs]).toEqual([1, 1]);
		clock.advance(1);
		await settle();
		expect([fleet.alive, life.state, life.reason, subject.unloadInMs]).toEqual([0, 'cold', 'idle', null]);
	});

	test('stays by the longest of several wishes', async () => {
		const { subject, use, clock, fleet } = fleetOf();
		subject.keepFor(5_000);
		subject.keepFor(10);
		(await use()).release();
		clock.advance(4_999);
		expect(fleet.alive).toBe(1);
		clock.advance(1);
		expect(fleet.alive).toBe(0);
	});

	test('without a wish goes at once, but not while it is in use', async () => {
		const { subject, use, clock, fleet } = fleetOf();
		const [first, second] = await Promise.all([use(), use()]);
		first.release();
		first.release();
		clock.advance(60_000);
		expect([fleet.alive, subject.unloadInMs]).toEqual([1, null]);
		second.release();
		clock.advance(0);
		expect(fleet.alive).toBe(0);
	});

	test('is used again if somebody comes in time', async () => {
		const { subject, use, clock, fleet } = fleetOf();
		subject.keepFor(100);
		(await use()).release();
		clock.advance(99);
		const lease = await use();
		clock.advance(10_000);
		expect([fleet.workers.length, fleet.alive]).toEqual([1, 1]);
		lease.release();
	});

	test('that ends by itself leaves the model cold and no unloading to wait for', async () => {
		const { subject, use, fleet, life } = fleetOf();
		subject.keepFor(1_000);
		(await use()).release();
		fleet.last.end();
		await settle();
		expect([life.state, life.reason]).toEqual(['cold', 'its process ended unexpectedly']);
		expect([subject.quick.worker, subject.unloadInMs]).toEqual([null, null]);
		await use();
		expect([fleet.workers.length, life.state]).toEqual([2, 'ready']);
	});
});

test('a discarded worker is replaced at the next use, whoever says so twice', async () => {
	const { subject, use, fleet, life } = fleetOf();
	const { worker, release } = await use();
	subject.quick.discard(worker, 'it died');
	release();
	await use();
	subject.quick.discard(worker, 'it died');
	expect([life.state, fleet.workers.length]).toEqual(['ready', 2]);
});

test('unloading ends the worker, says why, and may be asked of a cold model', async () => {
	const { subject, use, fleet, life } = fleetOf();
	await subject.unload('nobody wants it');
	expect(life.state).toBe('cold');
	(await use()).release();
	await subject.unload('nobody wants it');
	expect([fleet.alive, life.reason]).toEqual([0, 'nobody wants it']);
});

test('unloading during a load does not leave a dead worker in use', async () => {
	const held = gate();
	let loads = 0;
	const { subject, use, fleet } = fleetOf({ onLoad: () => (loads++ === 0 ? held.opened : undefined) });
	const waiting = refusalOf(() => use());
	await settle();
	await subject.unload('nobody wants it');
	await waiting;
	const { worker } = await use();
	expect(worker).toBe(fleet.last);
	expect(fleet.last.isAlive).toBe(true);
});

describe('bulk workers', () => {
	const loads = (held: Promise<void>) => ({
		onLoad: (worker: number) => (worker === 1 || worker === 2 ? held : undefined),
	});

	test('that outlive the quick one keep the model ready, and leave with the idle timer', async () => {
		const held = gate();
		const { subject, use, clock, fleet, life } = fleetOf(loads(held.opened), undefined, 2);
		subject.keepFor(1_000);
		const { release } = await use();
		const growing = subject.grow('a test');
		release();
		fleet.workers[0]!.end();
		await settle();
		expect([life.state, subject.isLoaded]).toEqual(['cold', true]);
		held.open();
		await growing;
		expect([life.state, subject.unloadInMs]).toEqual(['ready', 1_000]);
		clock.advance(1_000);
		await settle();
		expect([fleet.alive, life.state]).toEqual([0, 'cold']);
	});

	test('that die while the quick one is replaced do not leave a model that serves cold', async () => {
		const held = gate();
		const { subject, use, fleet, life } = fleetOf(
			{ onLoad: (worker) => (worker === 3 ? held.opened : undefined) },
			undefined,
			2,
		);
		await use();
		await subject.grow('a test');
		fleet.workers[0]!.end();
		await settle();
		const opening = subject.open();
		await settle();
		fleet.workers[1]!.end();
		fleet.workers[2]!.end();
		await settle();
		held.open();
		await opening;
		expect(life.state).toBe('ready');
	});

	test('that end with all the others have not failed to start', async () => {
		const held = gate();
		const { subject, use, warnings } = fleetOf(loads(held.opened), undefined, 2);
		await use();
		const growing = subject.grow('a test');
		await subject.unload('a test');
		await growing;
		expect(warnings).toEqual([]);
		await subject.open();
		expect(subject.canGrow).toBe(true);
	});
});

test('a model that cannot be used ends its workers and says why', async () => {
	const { subject, use, fleet, life } = fleetOf();
	await subject.fail('no tokenizer');
	expect([life.state, life.reason]).toEqual(['failed', 'no tokenizer']);
	await use();
	await subject.fail('no tokenizer');
	expect([life.state, life.reason, fleet.alive]).toEqual(['failed', 'no tokenizer', 0]);
});
