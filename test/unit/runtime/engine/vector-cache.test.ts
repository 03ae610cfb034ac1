import { expect, test } from 'vitest';

import { VectorCache } from '../../../../runtime/engine/vector-cache';

const entry = (fill: number, dimensions = 64) => ({ vector: new Float32Array(dimensions).fill(fill), tokens: 3 });

test('gives back what was kept and counts hits and misses', () => {
	const cache = new VectorCache(2 ** 16);
	expect(cache.get('a')).toBeUndefined();
	cache.set('a', entry(1));
	expect(cache.get('a')).toEqual(entry(1));
	expect(cache).toMatchObject({ hits: 1, misses: 1, entries: 1 });
});

test('never holds more bytes than its bound and drops what was used least recently', () => {
	const cache = new VectorCache(5_000);
	cache.set('first', entry(0));
	for (let i = 0; i < 100; i++) {
		cache.get('first');
		cache.set(`k${i}`, entry(i));
		expect(cache.bytes).toBeLessThanOrEqual(5_000);
	}
	expect(cache.entries).toBeGreaterThan(1);
	expect(cache.get('first')).toBeDefined();
	expect(cache.get('k0')).toBeUndefined();
});

test('counts at least the numbers of its vectors', () => {
	const cache = new VectorCache(2 ** 16);
	cache.set('a', entry(1));
	expect(cache.bytes).toBeGreaterThanOrEqual(64 * 4);
});

test('does not keep what is larger than itself', () => {
	const cache = new VectorCache(1_000);
	cache.set('a', entry(1, 1_024));
	expect(cache).toMatchObject({ entries: 0, bytes: 0 });
});

test('of no bytes keeps nothing', () => {
	const cache = new VectorCache(0);
	cache.set('a', entry(1));
	expect(cache.get('a')).toBeUndefined();
	expect(cache).toMatchObject({ entries: 0, bytes: 0, maxBytes: 0, hits: 0, misses: 1 });
});
