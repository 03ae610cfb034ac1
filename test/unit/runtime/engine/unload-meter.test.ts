import { beforeEach, describe, expect, test } from 'vitest';

import type { UnloadReport } from '../../../../runtime/base/provider';
import { UnloadMeter } from '../../../../runtime/engine/unload-meter';
import { settle } from '../../../support/async';
import { FakeClock } from '../../../support/fake-clock';
import { FakeMemory, MIB } from '../../../support/fake-memory';

const HOST = 1;
const WORKER = 2;

describe('an unload', () => {
	let clock: FakeClock;
	let memory: FakeMemory;
	let meter: UnloadMeter;
	let settled: UnloadReport[];
	let keptBytes: number;

	beforeEach(() => {
		clock = new FakeClock();
		memory = new FakeMemory();
		settled = [];
		keptBytes = 0;
		const { readProcess, readDevices, giveBack } = memory.options(1);
		meter = new UnloadMeter({
			...{ clock, read: readProcess, readDevices, giveBack, hostPid: HOST },
			keptBytes: () => keptBytes,
			onSettled: (report) => settled.push(report),
		});
		memory.bytes.set(HOST, 30 * MIB);
	});

	/** A load of 120 MiB and 20 MiB of the host, and the order to go. */
	async function untilGone() {
		await meter.beforeLoad();
		memory.bytes.set(HOST, 50 * MIB).set(WORKER, 120 * MIB);
		await meter.beforeExit(WORKER, 'idle');
		memory.bytes.delete(WORKER);
	}

	/** Looks that fall due, one after another. */
	async function pass(ms: number) {
		for (let i = 0; i < ms; i += 50) {
			clock.advance(50);
			await settle();
		}
	}

	test('that gives all back is told at once: workers and the host’s own growth', async () => {
		await untilGone();
		memory.onGiveBack = () => memory.bytes.set(HOST, 30 * MIB);
		await meter.gone();
		expect(meter.report).toMatchObject({
			reason: 'idle',
			loadedBytes: 140 * MIB,
			returnedBytes: 140 * MIB,
			returnedShare: 1,
			isReturned: true,
			deviceReturnedBytes: null,
			deviceSource: 'a test',
		});
		expect(settled).toEqual([meter.report]);
		expect(clock.timers).toBe(0);
	});

	test('is looked at until the host has given back its part, and the time is told', async () => {
		await untilGone();
		await meter.gone();
		expect(meter.report).toMatchObject({ returnedBytes: 120 * MIB, isReturned: false });
		await pass(1_000);
		expect(settled).toEqual([]);
		memory.bytes.set(HOST, 31 * MIB);
		await pass(5_000);
		expect(settled).toEqual([meter.report]);
		expect(meter.report).toMatchObject({ returnedBytes: 139 * MIB, returnedShare: 0.993, isReturned: true });
		expect(meter.report!.seconds).toBeGreaterThan(1);
		expect(clock.timers).toBe(0);
	});

	test('that never gives all back is looked at for half a minute, ever more rarely', async () => {
		await untilGone();
		await meter.gone();
		const reads: number[] = [];
		const { get } = memory.bytes;
		memory.bytes.get = (pid: number) => {
			if (pid === HOST) reads.push(clock.now());
			return get.call(memory.bytes, pid);
		};
		await pass(60_000);
		expect(settled).toMatchObject([{ returnedShare: 0.857, isReturned: false }]);
		expect(reads.length).toBeLessThan(12);
		expect(reads.at(-1)).toBeLessThanOrEqual(30_000);
		expect(clock.timers).toBe(0);
	});

	test('does not count what the caches keep', async () => {
		await untilGone();
		keptBytes = 20 * MIB;
		await meter.gone();
		expect(meter.report).toMatchObject({ returnedBytes: 140 * MIB, isReturned: true });
	});

	test('that is followed by a load is not looked at any longer', async () => {
		await untilGone();
		await meter.gone();
		await meter.beforeLoad();
		expect(clock.timers).toBe(0);
	});

	test('tells what a device got back', async () => {
		await meter.beforeLoad();
		memory.bytes.set(WORKER, 120 * MIB);
		memory.deviceBytes.set(WORKER, 700 * MIB);
		await meter.beforeExit(WORKER, 'asked to');
		memory.bytes.delete(WORKER);
		memory.deviceBytes = new Map();
		await meter.gone();
		expect(meter.report).toMatchObject({ reason: 'asked to', deviceReturnedBytes: 700 * MIB });
	});

	test('on a system that does not say is told as unknown, and not looked at again', async () => {
		memory.bytes.clear();
		await meter.beforeLoad();
		await meter.beforeExit(WORKER, 'idle');
		await meter.gone();
		expect(meter.report).toMatchObject({
			loadedBytes: null,
			returnedBytes: null,
			returnedShare: null,
			isReturned: false,
		});
		expect(meter.report!.source).toMatch(/^unknown/);
		expect(clock.timers).toBe(0);
	});
});
