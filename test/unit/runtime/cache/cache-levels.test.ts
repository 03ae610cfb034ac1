import { describe, expect, test } from 'vitest';

import { CacheLevels, type DiskLevel } from '../../../../runtime/cache/cache-levels';
import type { CachedVector } from '../../../../runtime/cache/cached-vector';
import { ENTRY_OVERHEAD_BYTES } from '../../../../runtime/cache/vector-cache';

const vector = (fill: number) => new Float32Array(64).fill(fill);
const ONE_ENTRY = 64 * 4 + ENTRY_OVERHEAD_BYTES;

class FakeDisk implements DiskLevel {
	readonly known = new Map<string, CachedVector>();
	readonly asked: string[] = [];
	readonly report = { state: 'on', reason: 'a test', folder: '/c', entries: 7, bytes: 8, maxBytes: 9 } as const;

	get(key: string) {
		this.asked.push(key);
		return this.known.get(key);
	}

	set(key: string, entry: CachedVector) {
		this.known.set(key, entry);
	}
}

test('without a disk answers from memory and counts', () => {
	const levels = new CacheLevels(2 ** 16);
	expect(levels.get('a')).toBeUndefined();
	levels.set('a', vector(1), 3);
	expect(levels.get('a')).toEqual({ vector: vector(1), tokens: 3 });
	expect(levels.stats).toEqual({ entries: 1, bytes: ONE_ENTRY, maxBytes: 2 ** 16, hits: 1, misses: 1, disk: null });
});

describe('with a disk', () => {
	test('keeps on both, and asks the disk only for what memory does not have', () => {
		const disk = new FakeDisk();
		const levels = new CacheLevels(2 ** 16, disk);
		levels.set('a', vector(1), 3);
		expect(levels.get('a')).toEqual({ vector: vector(1), tokens: 3 });
		expect(disk.asked).toEqual([]);
		expect(disk.known.get('a')).toEqual({ vector: vector(1), tokens: 3 });
	});

	test('brings into memory what the disk knew', () => {
		const disk = new FakeDisk();
		disk.known.set('a', { vector: vector(1), tokens: 3 });
		const levels = new CacheLevels(2 ** 16, disk);
		for (let i = 0; i < 3; i++) expect(levels.get('a')).toEqual({ vector: vector(1), tokens: 3 });
		expect(disk.asked).toEqual(['a']);
	});

	test('still knows what memory had to drop', () => {
		const levels = new CacheLevels(ONE_ENTRY, new FakeDisk());
		levels.set('a', vector(1), 3);
		levels.set('b', vector(2), 4);
		expect([levels.get('a'), levels.get('b')].map((found) => found?.tokens)).toEqual([3, 4]);
		expect(levels.stats.entries).toBe(1);
	});

	test('counts the hits and misses of each level apart', () => {
		const disk = new FakeDisk();
		disk.known.set('a', { vector: vector(1), tokens: 3 });
		const levels = new CacheLevels(2 ** 16, disk);
		for (const key of ['a', 'a', 'b', 'c']) levels.get(key);
		expect(levels.stats).toMatchObject({ hits: 1, misses: 3, disk: { ...disk.report, hits: 1, misses: 2 } });
	});
});

test('of no bytes has no disk either', () => {
	const disk = new FakeDisk();
	disk.known.set('a', { vector: vector(1), tokens: 3 });
	const levels = new CacheLevels(0, disk);
	levels.set('b', vector(2), 4);
	expect([levels.get('a'), levels.get('b')]).toEqual([undefined, undefined]);
	expect(levels.stats).toMatchObject({ entries: 0, maxBytes: 0, disk: null });
	expect(disk.known.size).toBe(1);
});
