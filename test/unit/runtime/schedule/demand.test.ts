import { expect, test } from 'vitest';

import { DemandMeter, nextDemand } from '../../../../runtime/schedule/demand';
import { FakeClock } from '../../../support/fake-clock';

test.each([
	['calm', 2.9, 'calm'],
	['calm', 3, 'crowded'],
	['crowded', 2.9, 'crowded'],
	['crowded', 1.5, 'crowded'],
	['crowded', 1.4, 'calm'],
] as const)('%s with %f texts on average is %s', (before, texts, after) => {
	expect(nextDemand(before, texts)).toBe(after);
});

function meterOf() {
	const clock = new FakeClock();
	return { clock, meter: new DemandMeter(clock) };
}

test('single texts, however quickly they follow one another, are no crowd', () => {
	const { meter, clock } = meterOf();
	for (let i = 0; i < 200; i++) {
		clock.advance(5);
		meter.look(1);
	}
	expect(meter.demand).toBe('calm');
});

test('sixteen at a time are a crowd within a few batches, and stay one while they go on', () => {
	const { meter, clock } = meterOf();
	for (let i = 0; i < 4; i++) {
		clock.advance(10);
		meter.look(16);
	}
	expect(meter.demand).toBe('crowded');
});

test('a crowd that is gone is forgotten', () => {
	const { meter, clock } = meterOf();
	for (let i = 0; i < 9; i++) meter.look(16);
	clock.advance(1_001);
	expect(meter.demand).toBe('calm');
	meter.look(1);
	expect(meter.demand).toBe('calm');
});

test('says how long no single text has come', () => {
	const { meter, clock } = meterOf();
	expect(meter.quietMs).toBe(Number.POSITIVE_INFINITY);
	meter.look(1);
	clock.advance(70);
	expect(meter.quietMs).toBe(70);
});
