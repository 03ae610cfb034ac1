// What an entry of the cache in memory costs beside its numbers, and what a get costs. After npm run build:
//   node --expose-gc test/bench/cache-overhead.mjs
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { VectorCache } = require('../../dist/runtime/cache/vector-cache.js');

const keyOf = (i) => createHash('sha256').update(String(i)).digest().toString('latin1', 0, 16);

/** Bytes of JavaScript objects, and of buffers outside them. */
function usedBytes() {
	globalThis.gc();
	globalThis.gc();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

for (const width of [384, 1024]) {
	for (const maxBytes of [16 * 2 ** 20, 256 * 2 ** 20]) {
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
}
