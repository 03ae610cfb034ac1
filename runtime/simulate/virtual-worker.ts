/** One worker of the simulation. */
export interface VirtualWorker {
	state: 'loading' | 'ready';
	/** What is under way; 0 when idle. */
	runningTexts: number;
	readonly startedAtMs: number;
	/** When it was loaded or its last run ended. */
	idleSinceMs: number;
}

/** A worker that is paid for from its start to its end, loading included. */
export class GpuAccount {
	#paidMs = 0;
	#busyMs = 0;
	/** Each change of the number of workers, in the order of time. */
	readonly steps: { readonly atMs: number; readonly workers: number }[] = [];

	get paidMs(): number {
		return this.#paidMs;
	}

	get busyMs(): number {
		return this.#busyMs;
	}

	ran(ms: number): void {
		this.#busyMs += ms;
	}

	ended({ startedAtMs }: VirtualWorker, atMs: number): void {
		this.#paidMs += atMs - startedAtMs;
	}

	changed(atMs: number, workers: number): void {
		this.steps.push({ atMs, workers });
	}
}
