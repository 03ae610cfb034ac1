import { LRUCache } from 'lru-cache';

export interface CachedVector {
	/** Full width, unit length. Shared: never written to. */
	readonly vector: Float32Array;
	readonly tokens: number;
}

/** What an entry costs beside its numbers: key, buffer and links; an estimate on the safe side. */
const ENTRY_OVERHEAD_BYTES = 400;

/** Vectors already computed, the least recently used dropped first. */
export class VectorCache {
	readonly #entries: LRUCache<string, CachedVector> | null;
	hits = 0;
	misses = 0;

	/** @param maxBytes bound over all entries; 0 = keeps nothing */
	constructor(readonly maxBytes: number) {
		this.#entries =
			maxBytes === 0
				? null
				: new LRUCache({
						maxSize: maxBytes,
						sizeCalculation: ({ vector }) => vector.byteLength + ENTRY_OVERHEAD_BYTES,
					});
	}

	get(key: string): CachedVector | undefined {
		const found = this.#entries?.get(key);
		if (found) this.hits++;
		else this.misses++;
		return found;
	}

	/** Counts as neither hit nor miss. */
	has(key: string): boolean {
		return this.#entries?.has(key) === true;
	}

	set(key: string, entry: CachedVector): void {
		this.#entries?.set(key, entry);
	}

	get entries(): number {
		return this.#entries?.size ?? 0;
	}

	get bytes(): number {
		return this.#entries?.calculatedSize ?? 0;
	}
}
