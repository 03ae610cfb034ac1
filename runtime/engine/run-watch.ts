import type { Clock, Timer } from '../base/clock';

/**
 * A deadline is seen through in so many looks. A look that is late by more than half its time counts for nothing: this
 * process was stopped or held up itself, and what a worker may have answered meanwhile is not read yet.
 */
const LOOKS = 8;

interface Watched {
	readonly deadlineMs: number;
}

/** Watches what one worker was asked to do. It does one thing after another, so only the first is under way. */
export class RunWatch {
	readonly #clock: Clock;
	readonly #onHung: (deadlineMs: number) => void;
	/** In the order in which they were asked. */
	readonly #asked = new Set<Watched>();
	#look: Timer | null = null;
	#isClosed = false;

	/** @param onHung called once, when what was under way has had its time */
	constructor(clock: Clock, onHung: (deadlineMs: number) => void) {
		this.#clock = clock;
		this.#onHung = onHung;
	}

	/** Something was asked, and has so long from when it is first. @returns call it when it is answered; idempotent */
	begin(deadlineMs: number): () => void {
		const watched = { deadlineMs };
		this.#asked.add(watched);
		if (this.#asked.size === 1) this.#watch(watched);
		return () => {
			const [first] = this.#asked;
			if (!this.#asked.delete(watched) || first !== watched) return;
			this.#look?.cancel();
			const [next] = this.#asked;
			if (next) this.#watch(next);
		};
	}

	/** The worker is gone: nothing of it is watched any more. */
	close(): void {
		this.#isClosed = true;
		this.#look?.cancel();
	}

	#watch({ deadlineMs }: Watched, looks = LOOKS): void {
		if (this.#isClosed) return;
		const lookMs = deadlineMs / LOOKS;
		const dueMs = this.#clock.now() + lookMs;
		this.#look = this.#clock.after(lookMs, () => {
			const isLate = this.#clock.now() - dueMs > lookMs / 2;
			const left = isLate ? looks : looks - 1;
			if (left > 0) return this.#watch({ deadlineMs }, left);
			this.close();
			this.#onHung(deadlineMs);
		});
	}
}
