import { describe, expect, test } from 'vitest';

import { WorkQueue, type Queued } from '../../../../runtime/schedule/work-queue';

interface Named extends Queued {
	readonly name: string;
}

const work = (name: string, tokens = 1, alone = false): Named => ({ name, tokens, alone });
const names = (works: readonly Named[]) => works.map(({ name }) => name).join('');
const wide = { maxBatchTokens: 100, maxRows: Number.POSITIVE_INFINITY };

function queueOf(...works: readonly Named[]): WorkQueue<Named> {
	const queue = new WorkQueue<Named>();
	for (const one of works) queue.push(one);
	return queue;
}

test('counts its texts and their tokens', () => {
	const queue = queueOf(work('a', 2), work('b', 3));
	expect([queue.texts, queue.tokens]).toEqual([2, 5]);
	queue.takeBatch(wide);
	expect([queue.texts, queue.tokens]).toEqual([0, 0]);
});

test('gives nothing when nothing waits', () => {
	expect(queueOf().takeBatch(wide)).toEqual([]);
});

test('gives what was put back before all else, in its order', () => {
	const queue = queueOf(work('a'), work('b'), work('c'));
	const taken = queue.takeBatch({ ...wide, maxRows: 2 });
	queue.putBack(taken);
	expect(names(queue.takeAll())).toBe('abc');
});

test('keeps the order of those that a batch leaves behind', () => {
	const queue = queueOf(work('a', 5), work('b', 50), work('c', 5), work('d', 60));
	expect(names(queue.takeBatch({ maxBatchTokens: 10, maxRows: 9 }))).toBe('ac');
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
		expect(names(queue.takeBatch(wide))).toBe('a');
		expect(names(queue.takeBatch(wide))).toBe('bc');
	});

	test('joins no batch of others', () => {
		const queue = queueOf(work('a'), work('b', 1, true), work('c'));
		expect(names(queue.takeBatch(wide))).toBe('ac');
		expect(names(queue.takeBatch(wide))).toBe('b');
	});
});

test('gives every text of a long queue exactly once', () => {
	const all = Array.from({ length: 3_000 }, (_, i) => work(`${i},`, 1 + (i % 7)));
	const queue = queueOf(...all);
	const taken: Named[] = [];
	while (queue.texts > 0) taken.push(...queue.takeBatch(wide));
	expect(new Set(taken)).toEqual(new Set(all));
	expect(taken).toHaveLength(all.length);
});
