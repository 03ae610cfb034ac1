import type { CacheStatus, DiskCacheStatus } from '../base/provider';
import type { CachedVector } from './cached-vector';
import { VectorCache } from './vector-cache';

/** The second level, shared by all models of a host; whoever made it closes it. */
export interface DiskLevel {
	/** Null once the level is off. */
	get(key: string): CachedVector | undefined;
	/** Returns at once; the entry is written later, or never. */
	set(key: string, entry: CachedVector): void;
	/** Its state without the hits and misses, which belong to a model. */
	readonly report: Omit<DiskCacheStatus, 'hits' | 'misses'>;
}

/** What is known of one model’s texts: first asked in memory, then on disk. */
export class CacheLevels {
	readonly #memory: VectorCache;
	readonly #disk: DiskLevel | null;
	#hits = 0;
	#misses = 0;
	#diskHits = 0;
	#diskMisses = 0;

	/**
	 * @param maxBytes of memory; 0 = no cache of either level
	 * @param disk null = none
	 */
	constructor(maxBytes: number, disk: DiskLevel | null = null) {
		this.#memory = new VectorCache(maxBytes);
		this.#disk = maxBytes === 0 ? null : disk;
	}

	/** Synchronous on both levels. What the disk knew is in memory afterwards. The vector is the caller’s own copy. */
	get(key: string): CachedVector | undefined {
		const found = this.#memory.get(key);
		if (found) {
			this.#hits++;
			return found;
		}
		this.#misses++;
		return this.#disk ? this.#getFromDisk(this.#disk, key) : undefined;
	}

	/** Counts as neither hit nor miss. */
	has(key: string): boolean {
		return this.#memory.has(key) || this.#disk?.get(key) !== undefined;
	}

	/** Copies the vector; only finite ones of full width and unit length belong here. */
	set(key: string, vector: Float32Array, tokens: number): void {
		this.#memory.set(key, { vector, tokens });
		this.#disk?.set(key, { vector, tokens });
	}

	get stats(): CacheStatus {
		return {
			entries: this.#memory.entries,
			bytes: this.#memory.bytes,
			maxBytes: this.#memory.maxBytes,
			hits: this.#hits,
			misses: this.#misses,
			disk: this.#disk && { ...this.#disk.report, hits: this.#diskHits, misses: this.#diskMisses },
		};
	}

	#getFromDisk(disk: DiskLevel, key: string): CachedVector | undefined {
		const found = disk.get(key);
		if (found) {
			this.#diskHits++;
			this.#memory.set(key, found);
		} else this.#diskMisses++;
		return found;
	}
}
