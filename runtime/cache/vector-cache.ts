import { LRUCache } from 'lru-cache';

import type { CachedVector } from './cached-vector';
import { VectorPages } from './vector-pages';

/**
 * What an entry costs beside its numbers: its key, its token count and its places in the maps. Measured at 104 to 122 bytes,
 * as full as the maps happen to be (test/bench/cache-overhead.mjs, Node 20 and 24): {@link VectorCache.bytes} of 384 numbers
 * was within 1 %.
 */
export const ENTRY_OVERHEAD_BYTES = 112;
/** A JavaScript Map holds no more. */
const MOST_ENTRIES = 2 ** 24 - 1;

interface Filled {
	/** From key to slot number. An entry leaves only when another takes its slot, so no slot is ever free in between. */
	readonly slots: LRUCache<string, number>;
	readonly pages: VectorPages;
}

/**
 * The first level: vectors of one model in memory, the least recently used dropped first. The width is that of the first
 * vector; one of another width is not kept. Numbers lie in large buffers, so an entry has no object of its own.
 */
export class VectorCache {
	#filled: Filled | null = null;

	/** @param maxBytes bound over the numbers and their overhead; 0 = keeps nothing */
	constructor(readonly maxBytes: number) {}

	/** A copy, the caller’s own. */
	get(key: string): CachedVector | undefined {
		const slot = this.#filled?.slots.get(key);
		return slot === undefined ? undefined : this.#filled!.pages.read(slot);
	}

	has(key: string): boolean {
		return this.#filled?.slots.has(key) === true;
	}

	set(key: string, entry: CachedVector): void {
		const filled = (this.#filled ??= this.#begin(entry.vector.length));
		if (filled?.pages.width !== entry.vector.length) return;
		const { slots, pages } = filled;
		const slot = slots.get(key) ?? (slots.size < slots.max ? slots.size : slots.pop()!);
		pages.write(slot, entry);
		slots.set(key, slot);
	}

	get entries(): number {
		return this.#filled?.slots.size ?? 0;
	}

	/** Of the numbers and their overhead, by count. */
	get bytes(): number {
		return this.#filled ? this.entries * entryBytes(this.#filled.pages.width) : 0;
	}

	/** Null where not even one vector of this width has room. */
	#begin(width: number): Filled | null {
		const max = Math.min(Math.floor(this.maxBytes / entryBytes(width)), MOST_ENTRIES);
		return max === 0 ? null : { slots: new LRUCache({ max }), pages: new VectorPages(width, max) };
	}
}

function entryBytes(width: number): number {
	return width * Float32Array.BYTES_PER_ELEMENT + ENTRY_OVERHEAD_BYTES;
}
