import fc from 'fast-check';
import { expect, test } from 'vitest';

import { VirtualClock } from '../../../../runtime/simulate/virtual-clock';

function run(clock: VirtualClock): void {
	while (clock.nextMs !== null) clock.step();
}

test('events happen in the order of time, and in the order asked for at the same moment', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (delays) => {
			const clock = new VirtualClock();
			const seen: [number, number][] = [];
			delays.forEach((delay, position) => clock.after(delay, () => seen.push([clock.now(), position])));
			run(clock);
			const expected = delays.map((delay, position): [number, number] => [delay, position]);
			expect(seen).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
		}),
	);
});

test('what an event asks for happens too, at its time', () => {
	const clock = new VirtualClock();
	const seen: number[] = [];
	clock.after(10, () => {
		seen.push(clock.now());
		clock.after(5, () => seen.push(clock.now()));
	});
	clock.after(12, () => seen.push(clock.now()));
	run(clock);
	expect(seen).toEqual([10, 12, 15]);
});

test('a cancelled event does not happen, and time does not stop for it', () => {
	const clock = new VirtualClock();
	const seen: string[] = [];
	const timer = clock.after(5, () => seen.push('cancelled'));
	clock.after(7, () => seen.push('kept'));
	timer.cancel();
	timer.cancel();
	expect(clock.nextMs).toBe(7);
	run(clock);
	expect(seen).toEqual(['kept']);
	expect(clock.nextMs).toBeNull();
});

test('time never goes back', () => {
	const clock = new VirtualClock();
	clock.moveTo(100);
	clock.moveTo(50);
	expect(clock.now()).toBe(100);
	clock.after(-10, () => {});
	clock.step();
	expect(clock.now()).toBe(100);
});
