import type { Priority } from '../base/provider';
import type { CachedVector } from '../cache/cached-vector';

/** A vector and how long each step took. */
export interface WorkResult extends CachedVector {
	readonly tokenizeMs: number;
	readonly queueMs: number;
	readonly inferenceMs: number;
}

export interface WorkOptions {
	/** The request that asked first. */
	readonly job: object;
	readonly lane: Priority;
	/** Called when the last waiter leaves before the result is there. */
	readonly onAbandoned: () => void;
}

/** One text’s computation, shared by everyone who asked for the same text while it was under way. */
export class Work {
	readonly result: Promise<WorkResult>;
	/** Whose turn it waits for; changes only while it waits in no queue. */
	job: object;
	lane: Priority;
	/** Known after tokenising. */
	ids: Int32Array | null = null;
	/** What the backlog counts for it: an estimate until it is tokenised, 0 once it is settled. */
	countedTokens = 0;
	tokenizeMs = 0;
	/** Null until it first waits in a queue. */
	queuedAtMs: number | null = null;
	/** Must run without company: its last batch failed, or its row was not finite. */
	alone = false;
	/** Those that were in a run that ended badly, and share its blame; null: none. */
	suspects: object | null = null;
	/** Workers that died while they ran it. */
	deaths = 0;
	/** Workers that died while they ran nothing else. */
	deathsAlone = 0;
	/** Runs without company in which its row was not finite. */
	nonFiniteAlone = 0;
	readonly #onAbandoned: () => void;
	#waiters = 0;
	#outcome: WorkResult | Error | null = null;
	#settle!: { resolve(result: WorkResult): void; reject(error: Error): void };

	constructor({ job, lane, onAbandoned }: WorkOptions) {
		this.job = job;
		this.lane = lane;
		this.#onAbandoned = onAbandoned;
		this.result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
		// Every waiter handles the rejection; without one it is nobody’s concern.
		this.result.catch(() => {});
	}

	join(): void {
		this.#waiters++;
	}

	leave(): void {
		if (--this.#waiters === 0 && !this.isSettled) this.#onAbandoned();
	}

	get isWanted(): boolean {
		return this.#waiters > 0;
	}

	get tokens(): number {
		return this.ids?.length ?? 0;
	}

	get isSettled(): boolean {
		return this.#outcome !== null;
	}

	/** Null until it is settled. */
	get outcome(): WorkResult | Error | null {
		return this.#outcome;
	}

	/** Settling it again does nothing. */
	resolve(result: WorkResult): void {
		if (this.isSettled) return;
		this.#outcome = result;
		this.#settle.resolve(result);
	}

	reject(error: Error): void {
		if (this.isSettled) return;
		this.#outcome = error;
		this.#settle.reject(error);
	}
}
