import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { ENTRY_OVERHEAD_BYTES, VectorCache } from '../../../../runtime/cache/vector-cache';

const entry = (fill: number, dimensions = 64) => ({
	vector: new Float32Array(dimensions).fill(fill),
	tokens: fill + 3,
});
const ENTRY_BYTES = 64 * 4 + ENTRY_OVERHEAD_BYTES;

test('gives back what was kept', () => {
	const cache = new VectorCache(2 ** 16);
	expect(cache.get('a')).toBeUndefined();
	cache.set('a', entry(1));
	cache.set('b', entry(2));
	expect([cache.get('a'), cache.get('b'), cache.entries]).toEqual([entry(1), entry(2), 2]);
});

test('never holds more bytes than its bound and drops what was used least recently', () => {
	const cache = new VectorCache(5_000);
	cache.set('first', entry(0));
	for (let i = 0; i < 100; i++) {
		cache.get('first');
		cache.set(`k${i}`, entry(i));
		expect(cache.bytes).toBeLessThanOrEqual(5_000);
	}
	expect(cache.entries).toBe(Math.floor(5_000 / ENTRY_BYTES));
	expect(cache.get('first')).toEqual(entry(0));
	expect(cache.get('k0')).toBeUndefined();
	expect(cache.get('k99')).toEqual(entry(99));
});

test('counts the numbers of its vectors and their overhead', () => {
	const cache = new VectorCache(2 ** 16);
	expect(cache.bytes).toBe(0);
	cache.set('a', entry(1));
	cache.set('b', entry(1));
	expect(cache.bytes).toBe(2 * ENTRY_BYTES);
});

test('replaces an entry in its own place', () => {
	const cache = new VectorCache(2 ** 16);
	cache.set('a', entry(1));
	cache.set('a', entry(2));
	expect([cache.get('a'), cache.entries]).toEqual([entry(2), 1]);
});

describe('what it answers', () => {
	test('stays as it was when its place is taken by another', () => {
		const cache = new VectorCache(ENTRY_BYTES);
		cache.set('a', entry(1));
		const answer = cache.get('a');
		cache.set('b', entry(2));
		expect([answer, cache.get('a'), cache.get('b')]).toEqual([entry(1), undefined, entry(2)]);
	});

	test('is the caller’s own, and so is what it was given', () => {
		const cache = new VectorCache(2 ** 16);
		const given = entry(1);
		cache.set('a', given);
		given.vector.fill(9);
		cache.get('a')!.vector.fill(9);
		expect(cache.get('a')).toEqual(entry(1));
	});
});

test('keeps vectors on several pages', () => {
	const width = 20_000;
	const cache = new VectorCache(31 * width * 4);
	for (let i = 0; i < 50; i++) cache.set(`k${i}`, entry(i, width));
	expect(cache.entries).toBe(30);
	for (let i = 20; i < 50; i++) {
		const { vector, tokens } = cache.get(`k${i}`)!;
		expect([vector.length, tokens, vector.every((value) => value === i)]).toEqual([width, i + 3, true]);
	}
});

test('does not keep what is larger than itself', () => {
	const cache = new VectorCache(1_000);
	cache.set('a', entry(1, 1_024));
	expect(cache).toMatchObject({ entries: 0, bytes: 0 });
});

test('does not keep a vector of another width than the first', () => {
	const cache = new VectorCache(2 ** 16);
	cache.set('a', entry(1));
	cache.set('b', entry(2, 65));
	cache.set('a', entry(2, 63));
	expect([cache.get('a'), cache.get('b'), cache.entries]).toEqual([entry(1), undefined, 1]);
});

test('of no bytes keeps nothing', () => {
	const cache = new VectorCache(0);
	cache.set('a', entry(1));
	expect(cache.get('a')).toBeUndefined();
	expect(cache).toMatchObject({ entries: 0, bytes: 0, maxBytes: 0 });
});

test('answers as a plain list of the last used would, in any order of calls', () => {
	const calls = fc.array(fc.record({ key: fc.integer({ min: 0, max: 12 }), fill: fc.option(fc.nat(99)) }));
	fc.assert(
		fc.property(calls, fc.integer({ min: 1, max: 8 }), (list, capacity) => {
			const cache = new VectorCache(capacity * ENTRY_BYTES);
			const lastUsed = new Map<string, number>();
			for (const { key: number, fill } of list) {
				const key = `k${number}`;
				const known = lastUsed.get(key);
				if (fill === null) expect(cache.get(key)).toEqual(known === undefined ? undefined : entry(known));
				else cache.set(key, entry(fill));
				lastUsed.delete(key);
				const kept = fill ?? known;
				if (kept !== undefined) lastUsed.set(key, kept);
				if (lastUsed.size > capacity) lastUsed.delete([...lastUsed.keys()][0]!);
				expect(cache.entries).toBe(lastUsed.size);
			}
		}),
	);
});
