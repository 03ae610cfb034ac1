import { expect, test } from 'vitest';

import { DrainRate } from '../../../../runtime/schedule/drain-rate';
import { FakeClock } from '../../../support/fake-clock';

test('is not known before anything was done', () => {
	const rate = new DrainRate(new FakeClock());
	expect(rate.tokensPerSecond).toBeNull();
	rate.start();
	expect(rate.tokensPerSecond).toBeNull();
});

test('is what was done in the time in which runs were under way', () => {
	const clock = new FakeClock();
	const rate = new DrainRate(clock);
	for (let round = 0; round < 3; round++) {
		rate.start();
		for (let run = 0; run < 4; run++) {
			clock.advance(100);
			rate.done(50, run === 3);
		}
		clock.advance(60_000);
	}
	expect(rate.tokensPerSecond).toBeCloseTo(500, 6);
});

test('follows a change of speed', () => {
	const clock = new FakeClock();
	const rate = new DrainRate(clock);
	rate.start();
	for (let run = 0; run < 100; run++) {
		clock.advance(100);
		rate.done(50, false);
	}
	for (let run = 0; run < 200; run++) {
		clock.advance(100);
		rate.done(5, false);
	}
	expect(rate.tokensPerSecond).toBeLessThan(70);
});
