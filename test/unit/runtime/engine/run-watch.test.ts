import { describe, expect, test } from 'vitest';

import type { Clock, Timer } from '../../../../runtime/base/clock';
import { RunWatch } from '../../../../runtime/engine/run-watch';
import { FakeClock } from '../../../support/fake-clock';

function watched(clock: Clock = new FakeClock()) {
	const hung: number[] = [];
	return { watch: new RunWatch(clock, (deadlineMs) => hung.push(deadlineMs)), hung };
}

describe('what a worker was asked', () => {
	test('counts as hung when its time is over, once', () => {
		const clock = new FakeClock();
		const { watch, hung } = watched(clock);
		watch.begin(8_000);
		clock.advance(7_999);
		expect(hung).toEqual([]);
		clock.advance(100_000);
		expect(hung).toEqual([8_000]);
	});

	test('is watched no longer once it is answered', () => {
		const clock = new FakeClock();
		const { watch, hung } = watched(clock);
		const answered = watch.begin(8_000);
		clock.advance(4_000);
		answered();
		answered();
		clock.advance(100_000);
		expect([hung, clock.timers]).toEqual([[], 0]);
	});

	test('has its whole time from when it is first', () => {
		const clock = new FakeClock();
		const { watch, hung } = watched(clock);
		const first = watch.begin(8_000);
		watch.begin(16_000);
		clock.advance(7_000);
		first();
		clock.advance(15_999);
		expect(hung).toEqual([]);
		clock.advance(1);
		expect(hung).toEqual([16_000]);
	});

	test('may be given up while it waits behind another', () => {
		const clock = new FakeClock();
		const { watch, hung } = watched(clock);
		watch.begin(8_000);
		const second = watch.begin(1);
		second();
		clock.advance(8_000);
		expect(hung).toEqual([8_000]);
	});

	test('of a worker that is gone counts for nothing', () => {
		const clock = new FakeClock();
		const { watch, hung } = watched(clock);
		const first = watch.begin(8_000);
		watch.begin(8_000);
		watch.close();
		first();
		watch.begin(8_000);
		clock.advance(100_000);
		expect([hung, clock.timers]).toEqual([[], 0]);
	});
});

/** A process that is stopped for a while: its timers are late by that much, and it hears of nothing meanwhile. */
class StoppedClock implements Clock {
	readonly #clock = new FakeClock();
	#lateMs = 0;

	now(): number {
		return this.#clock.now() + this.#lateMs;
	}

	after(delayMs: number, action: () => void): Timer {
		return this.#clock.after(delayMs, action);
	}

	advance(ms: number): void {
		this.#clock.advance(ms);
	}

	stopFor(ms: number): void {
		this.#lateMs += ms;
	}
}

describe('a host that was stopped itself', () => {
	test('takes no worker for hung because of that', () => {
		const clock = new StoppedClock();
		const { watch, hung } = watched(clock);
		watch.begin(8_000);
		for (let stop = 0; stop < 5; stop++) {
			clock.stopFor(3_600_000);
			clock.advance(1_000);
		}
		expect(hung).toEqual([]);
	});

	test('sees what hangs all the same, once it is awake for long enough', () => {
		const clock = new StoppedClock();
		const { watch, hung } = watched(clock);
		watch.begin(8_000);
		clock.advance(6_000);
		clock.stopFor(3_600_000);
		clock.advance(1_000);
		expect(hung).toEqual([]);
		clock.advance(2_000);
		expect(hung).toEqual([8_000]);
	});
});
