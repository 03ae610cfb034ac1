import { expect, test } from 'vitest';

import { BusyMeter } from '../../../../runtime/schedule/busy-meter';
import { FakeClock } from '../../../support/fake-clock';

function meter() {
	const clock = new FakeClock();
	return { clock, busy: new BusyMeter(clock, 60_000) };
}

test('the busy share of what the workers could have done', () => {
	const { clock, busy } = meter();
	busy.set(1, 2);
	clock.advance(5_000);
	busy.set(2, 2);
	clock.advance(5_000);
	expect(busy.ratio(10_000)).toBeCloseTo(0.75);
	expect(busy.ratio(5_000)).toBeCloseTo(1);
});

test('many short stretches add up', () => {
	const { clock, busy } = meter();
	for (let run = 0; run < 1_000; run++) {
		busy.set(1, 1);
		clock.advance(3);
		busy.set(0, 1);
		clock.advance(7);
	}
	expect(busy.ratio(10_000)).toBeCloseTo(0.3, 2);
});

test('a window in which there were no workers for a part is not known', () => {
	const { clock, busy } = meter();
	expect(busy.ratio(10_000)).toBeNull();
	busy.set(0, 0);
	clock.advance(5_000);
	busy.set(1, 1);
	clock.advance(9_000);
	expect(busy.ratio(10_000)).toBeNull();
	clock.advance(1_000);
	expect(busy.ratio(10_000)).toBeCloseTo(1);
});

test('what a window no longer sees is forgotten, also after a long sleep', () => {
	const { clock, busy } = meter();
	busy.set(1, 1);
	clock.advance(50_000);
	busy.set(0, 1);
	clock.advance(3_600_000);
	expect(busy.ratio(60_000)).toBe(0);
});
