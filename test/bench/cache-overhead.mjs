// What an entry of the cache costs beside its numbers, in memory and on disk, and what a get costs. After npm run build:
//   node --expose-gc test/bench/cache-overhead.mjs
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const require = createRequire(import.meta.url);
const { VectorCache } = require('../../dist/runtime/cache/vector-cache.js');
const { DiskCache } = require('../../dist/runtime/cache/disk-cache.js');

const keyOf = (i) => createHash('sha256').update(String(i)).digest().toString('latin1', 0, 16);

/** Bytes of JavaScript objects, and of buffers outside them. */
function usedBytes() {
	globalThis.gc();
	globalThis.gc();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

/** A function of its own, so that nothing of one cache is left when the next is measured. */
function measureMemory(width, maxBytes) {
	const before = usedBytes();
	const rssBefore = process.memoryUsage().rss;
	const cache = new VectorCache(maxBytes);
	const vector = new Float32Array(width).fill(0.1);
	let set = 0;
	// Filled one and a half times over, so that entries were also dropped.
	do cache.set(keyOf(set++), { vector, tokens: 8 });
	while (set < 1.5 * cache.entries || cache.entries === set);
	const used = usedBytes() - before;
	const overhead = used / cache.entries - width * 4;
	const keys = Array.from({ length: 50_000 }, (_, i) => keyOf(set - 1 - (i % Math.floor(cache.entries / 2))));
	const began = performance.now();
	for (const key of keys) if (!cache.get(key)) throw new Error('not found');
	const getUs = ((performance.now() - began) * 1000) / keys.length;
	console.log(
		`${width} numbers, bound ${maxBytes / 2 ** 20} MiB: ${cache.entries} entries, ${overhead.toFixed(0)} bytes beside the numbers, ` +
			`counted / used ${(cache.bytes / used).toFixed(3)}, resident +${((process.memoryUsage().rss - rssBefore) / 2 ** 20).toFixed(0)} MiB, get ${getUs.toFixed(2)} µs`,
	);
}

for (const width of [384, 1024]) {
	for (const maxBytes of [16 * 2 ** 20, 256 * 2 ** 20]) {
		measureMemory(width, maxBytes);
		await wait(100);
	}
}

for (const width of [384, 1024]) {
	const cacheFolder = mkdtempSync(join(tmpdir(), 'embed-bench-'));
	const cache = new DiskCache({ cacheFolder, maxBytes: 2 ** 30, logger: { warn: console.error } });
	await cache.open();
	const vector = new Float32Array(width).fill(0.1);
	const count = 20_000;
	let setMs = 0;
	for (let i = 0; i < count; i++) {
		const began = performance.now();
		cache.set(keyOf(i), { vector, tokens: 8 });
		setMs += performance.now() - began;
		// No faster than a thread of the system writes.
		if (i % 1_000 === 999) while (!cache.get(keyOf(i))) await wait(10);
	}
	const each = (offset) => {
		const began = performance.now();
		for (let i = 0; i < count; i++) cache.get(keyOf(i + offset));
		return ((performance.now() - began) * 1000) / count;
	};
	const keysUs = (() => {
		const began = performance.now();
		for (let i = 0; i < count; i++) keyOf(i);
		return ((performance.now() - began) * 1000) / count;
	})();
	each(0);
	console.log(
		`${width} numbers on disk: ${(cache.report.bytes / cache.report.entries).toFixed(0)} bytes an entry, ` +
			`get ${(each(0) - keysUs).toFixed(1)} µs, miss ${(each(count) - keysUs).toFixed(1)} µs, set ${((setMs * 1000) / count - keysUs).toFixed(1)} µs`,
	);
	await cache.close();
	rmSync(cacheFolder, { recursive: true });
}
