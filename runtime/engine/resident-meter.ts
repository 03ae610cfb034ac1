import type { ProcessMemory, ReadProcessMemory } from '../machine/process-memory';

/** A process with the library and no model, measured with onnxruntime-node 1.30 on Node 20. */
const EMPTY_WORKER_BYTES = 55 * 2 ** 20;
/** Memory of a byte of weights: some are kept in a second form. Measured at 1.25 for float32 and for 8-bit blocks. */
const WEIGHT_FACTOR = 1.25;

/** What a model’s workers hold: looked at now and then, remembered in between. */
export class ResidentMeter {
	readonly #read: ReadProcessMemory;
	readonly #bytes = new Map<number, number>();
	/** Of the largest worker seen; null before the first. */
	#measuredBytes: number | null;
	readonly #estimatedBytes: number;

	/**
	 * @param weightBytes of the model’s files, for an estimate until a worker was measured
	 * @param measuredBytes of a worker in an earlier life of the host; null when there was none
	 */
	constructor(read: ReadProcessMemory, weightBytes: number, measuredBytes: number | null) {
		this.#read = read;
		this.#measuredBytes = measuredBytes;
		this.#estimatedBytes = Math.round(EMPTY_WORKER_BYTES + WEIGHT_FACTOR * weightBytes);
	}

	/** Of one worker; null until one was measured. */
	get measuredBytes(): number | null {
		return this.#measuredBytes;
	}

	/**
	 * What one worker needs, by measure or estimate, whichever is less: it was seen with large batches, perhaps, and where
	 * memory is short they become smaller.
	 */
	get workerBytes(): number {
		return Math.min(this.#measuredBytes ?? Number.POSITIVE_INFINITY, this.#estimatedBytes);
	}

	/** Null: not looked at yet, or not to be known on this system. */
	bytesOf(pid: number): number | null {
		return this.#bytes.get(pid) ?? null;
	}

	/** Of all these workers; one that was not looked at yet counts as one like it. */
	total(pids: readonly number[]): number {
		return pids.reduce((sum, pid) => sum + (this.#bytes.get(pid) ?? this.workerBytes), 0);
	}

	/** Looks at these workers, and forgets all others. */
	async refresh(pids: readonly number[]): Promise<void> {
		const seen = await Promise.all(pids.map(async (pid) => [pid, await this.#read(pid)] as const));
		this.#bytes.clear();
		for (const [pid, memory] of seen) {
			if (memory) this.#bytes.set(pid, memory.residentBytes);
			this.learn(memory);
		}
	}

	/** What a worker of this model was seen to take; null: not known. */
	learn(memory: ProcessMemory | null): void {
		if (memory) this.#measuredBytes = Math.max(this.#measuredBytes ?? 0, memory.residentBytes);
	}
}
