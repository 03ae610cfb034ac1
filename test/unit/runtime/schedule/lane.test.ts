import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Lane, type Queued } from '../../../../runtime/schedule/lane';

interface Named extends Queued {
	readonly name: string;
}

const jobs: Record<string, object> = {};
/** `b2` is the text of this name of the request `b`. */
const text = (name: string): Named => ({ name, tokens: 1, alone: false, suspects: null, job: (jobs[name[0]!] ??= {}) });
const names = (works: readonly Named[]) => works.map(({ name }) => name).join(' ');

function laneOf(...all: readonly string[]): Lane<Named> {
	const lane = new Lane<Named>();
	for (const name of all) lane.push(text(name));
	return lane;
}

/** Takes the text whose turn it is, and nothing else. */
function takeOne(lane: Lane<Named>): string {
	const [head] = lane.window(1);
	lane.take([head!]);
	return head!.name;
}

test('a request has its texts in their order, and its next turn after everyone else’s', () => {
	const lane = laneOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2');
	expect(Array.from({ length: 6 }, () => takeOne(lane)).join(' ')).toBe('a1 b1 c1 a2 c2 a3');
});

test('the window shows the texts in the order of their turns, up to its limit', () => {
	const lane = laneOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2');
	expect(names(lane.window(100))).toBe('a1 b1 c1 a2 c2 a3');
	expect(names(lane.window(4))).toBe('a1 b1 c1 a2');
});

test('texts taken along cost a request no turn', () => {
	const lane = laneOf('a1', 'a2', 'b1', 'b2');
	const [a1, b1] = lane.window(2);
	lane.take([a1!, b1!]);
	expect(names(lane.window(9))).toBe('b2 a2');
});

test('what comes back waits behind nobody, and costs its request no turn', () => {
	const lane = laneOf('a1', 'b1');
	lane.putBack([text('c1'), text('c2')]);
	lane.putBack([text('d1')]);
	expect(Array.from({ length: 5 }, () => takeOne(lane)).join(' ')).toBe('d1 c1 c2 a1 b1');
});

describe('counting', () => {
	test('follows what is pushed, put back, removed and taken', () => {
		const lane = laneOf('a1', 'a2', 'b1');
		const [a1] = lane.window(1);
		expect(lane.remove(a1!)).toBe(true);
		expect(lane.remove(a1!)).toBe(false);
		lane.putBack([a1!]);
		expect([lane.texts, lane.tokens]).toEqual([3, 3]);
		expect(names(lane.takeAll())).toBe('a1 a2 b1');
		expect([lane.texts, lane.tokens]).toEqual([0, 0]);
	});
});

test('no request waits longer for a turn than one turn of each that waits with it, whatever comes later', () => {
	const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 });
	fc.assert(
		fc.property(sizes, fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 30 }), (waiting, arrivals) => {
			const lane = new Lane<Named>();
			const push = (job: object, count: number) => {
				for (let i = 0; i < count; i++) lane.push({ name: '', tokens: 1, alone: false, suspects: null, job });
			};
			waiting.forEach((count) => push({}, count));
			const watched = {};
			push(watched, 3);
			// Small requests keep coming; each turn of the watched one must come after one turn of each before it at most.
			let turnsWaited = 0;
			let before = waiting.length;
			let turn = 0;
			for (let got = 0; got < 3; turn++) {
				push({}, arrivals[turn] ?? 0);
				const [head] = lane.window(1);
				lane.take([head!]);
				if (head!.job !== watched) {
					expect(++turnsWaited).toBeLessThanOrEqual(before);
					continue;
				}
				got++;
				turnsWaited = 0;
				// Those that wait now, and no more than they, may go first.
				before = new Set(lane.window(1_000).map(({ job }) => job)).size - 1;
			}
		}),
	);
});
