import { setImmediate as nextTurn } from 'node:timers/promises';

import type { LmdbEntry } from './lmdb-file';

/** What waits for a slow disk is held in memory; past this, entries are not written at all. */
const MOST_WAITING_BYTES = 16 * 2 ** 20;
/** A hash lands on any page, and a page that is written to is written anew. */
const PAGES_OF_AN_ENTRY_BYTES = 8 * 2 ** 10;

export interface WriteBehindOptions {
	/** What a batch may cost: its values and the pages around them. */
	readonly batchBytes: number;
	/** Writes one batch; not called again before it is done. */
	readonly write: (batch: readonly LmdbEntry[]) => Promise<void>;
	/** Called once; nothing is written after it. */
	readonly onError: (error: unknown) => void;
}

/** Entries on their way to the disk: written in batches, after those who wait for answers have been served. */
export class WriteBehind {
	readonly #options: WriteBehindOptions;
	#waiting: LmdbEntry[] = [];
	#waitingBytes = 0;
	#draining: Promise<void> | null = null;
	#failed = false;

	constructor(options: WriteBehindOptions) {
		this.#options = options;
	}

	/** @returns whether it will be written */
	add(entry: LmdbEntry): boolean {
		if (this.#failed || this.#waitingBytes + entry.value.length > MOST_WAITING_BYTES) return false;
		this.#waiting.push(entry);
		this.#waitingBytes += entry.value.length;
		this.#draining ??= this.#drain();
		return true;
	}

	/** Resolves when all that was added has been written, or given up. */
	async flush(): Promise<void> {
		await this.#draining;
	}

	async #drain(): Promise<void> {
		try {
			await nextTurn();
			while (this.#waiting.length > 0) await this.#options.write(this.#nextBatch());
		} catch (error) {
			this.#failed = true;
			this.#waiting = [];
			this.#options.onError(error);
		} finally {
			this.#draining = null;
		}
	}

	#nextBatch(): LmdbEntry[] {
		let cost = 0;
		let count = 0;
		for (const { value } of this.#waiting) {
			cost += value.length + PAGES_OF_AN_ENTRY_BYTES;
			if (count > 0 && cost > this.#options.batchBytes) break;
			count++;
		}
		const batch = this.#waiting.splice(0, count);
		this.#waitingBytes -= batch.reduce((sum, { value }) => sum + value.length, 0);
		return batch;
	}
}
