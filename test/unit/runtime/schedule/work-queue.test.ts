import { describe, expect, test } from 'vitest';

import type { Priority } from '../../../../runtime/base/provider';
import { MAX_PASSES } from '../../../../runtime/schedule/pick-lane';
import { WorkQueue, type Waiting } from '../../../../runtime/schedule/work-queue';

interface Named extends Waiting {
	readonly name: string;
}

const JOB = {};
const work = (name: string, tokens = 1, alone = false, lane: Priority = 'bulk', job: object = JOB): Named => ({
	name,
	tokens,
	alone,
	suspects: null,
	lane,
	job,
});
const interactive = (name: string): Named => work(name, 1, false, 'interactive');
const names = (works: readonly Named[]) => works.map(({ name }) => name).join('');
const wide = { maxBatchTokens: 100, maxRows: Number.POSITIVE_INFINITY, maxPaddingTokensPerRow: 1_000 };

function queueOf(...works: readonly Named[]): WorkQueue<Named> {
	const queue = new WorkQueue<Named>();
	for (const one of works) queue.push(one);
	return queue;
}

test('counts its texts and their tokens', () => {
	const queue = queueOf(work('a', 2), work('b', 3));
	expect([queue.texts, queue.tokens]).toEqual([2, 5]);
	queue.takeBatch('bulk', wide);
	expect([queue.texts, queue.tokens]).toEqual([0, 0]);
});

test('gives nothing when nothing waits', () => {
	expect(queueOf().takeBatch('bulk', wide)).toEqual([]);
});

test('gives what was put back before all else, in its order', () => {
	const queue = queueOf(work('a'), work('b'), work('c'));
	const taken = queue.takeBatch('bulk', { ...wide, maxRows: 2 });
	queue.putBack(taken);
	expect(names(queue.takeAll())).toBe('abc');
});

test('keeps the order of those that a batch leaves behind', () => {
	const queue = queueOf(work('a', 5), work('b', 50), work('c', 5), work('d', 60));
	expect(names(queue.takeBatch('bulk', { ...wide, maxBatchTokens: 10 }))).toBe('ac');
	expect(names(queue.takeAll())).toBe('bd');
});

test('forgets what is removed, once or twice', () => {
	const middle = work('b');
	const queue = queueOf(work('a'), middle, work('c'));
	queue.remove(middle);
	queue.remove(middle);
	expect(names(queue.takeAll())).toBe('ac');
});

describe('a text that must run alone', () => {
	test('does so when it is the oldest', () => {
		const queue = queueOf(work('a', 1, true), work('b'), work('c'));
		expect(names(queue.takeBatch('bulk', wide))).toBe('a');
		expect(names(queue.takeBatch('bulk', wide))).toBe('bc');
	});

	test('joins no batch of others', () => {
		const queue = queueOf(work('a'), work('b', 1, true), work('c'));
		expect(names(queue.takeBatch('bulk', wide))).toBe('ac');
		expect(names(queue.takeBatch('bulk', wide))).toBe('b');
	});
});

test('texts that are suspected together run together and in no other company', () => {
	const suspects = {};
	const suspected = (name: string): Named => ({ ...work(name), suspects });
	const queue = queueOf(work('a'), suspected('b'), work('c'), suspected('d'));
	expect(names(queue.takeBatch('bulk', wide))).toBe('ac');
	expect(names(queue.takeBatch('bulk', wide))).toBe('bd');
});

test('gives every text of a long queue exactly once', () => {
	const all = Array.from({ length: 3_000 }, (_, i) => work(`${i},`, 1 + (i % 7)));
	const queue = queueOf(...all);
	const taken: Named[] = [];
	while (queue.texts > 0) taken.push(...queue.takeBatch('bulk', wide));
	expect(new Set(taken)).toEqual(new Set(all));
	expect(taken).toHaveLength(all.length);
});

describe('the lane that is next', () => {
	test('is the interactive one while anything waits there', () => {
		const queue = queueOf(work('a'), interactive('b'));
		expect(queue.nextLane()).toBe('interactive');
		expect(names(queue.takeBatch('interactive', wide))).toBe('b');
		expect(queue.nextLane()).toBe('bulk');
		expect(names(queue.takeBatch('bulk', wide))).toBe('a');
		expect(queue.nextLane()).toBeNull();
	});

	test('is the bulk one at the latest after so many interactive batches, however many come', () => {
		const queue = queueOf(work('a'), work('b'));
		const taken: string[] = [];
		for (let i = 0; i < 2 * (MAX_PASSES + 1); i++) {
			queue.push(interactive('i'));
			taken.push(names(queue.takeBatch(queue.nextLane()!, { ...wide, maxRows: 1 })));
		}
		const passes = 'i'.repeat(MAX_PASSES);
		expect(taken.join('')).toBe(`${passes}a${passes}b`);
	});

	test('counts no batch that passed over nobody', () => {
		const queue = queueOf();
		for (let i = 0; i < 2 * MAX_PASSES; i++) {
			queue.push(interactive('i'));
			queue.takeBatch('interactive', wide);
		}
		queue.push(work('a'));
		queue.push(interactive('i'));
		expect(queue.nextLane()).toBe('interactive');
	});
});

test('what was put back returns to its own lane', () => {
	const queue = queueOf(work('a'), interactive('b'));
	queue.putBack([interactive('c'), work('d')]);
	expect(queue.lane('interactive').texts).toBe(2);
	expect(names(queue.takeBatch('bulk', { ...wide, maxRows: 1 }))).toBe('d');
	expect(names(queue.takeBatch('interactive', wide))).toBe('cb');
});
