import type { Clock } from '../base/clock';

/** The time over which the rate is an average. */
const MEMORY_MS = 5_000;

/** Tokens done a second while runs were under way, as an average that forgets. */
export class DrainRate {
	readonly #clock: Clock;
	#tokens = 0;
	#busyMs = 0;
	#sinceMs: number | null = null;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** A run begins; the time in which there was none does not count. */
	start(): void {
		this.#sinceMs ??= this.#clock.now();
	}

	/** @param isLast whether no other run is under way */
	done(tokens: number, isLast: boolean): void {
		const now = this.#clock.now();
		const elapsedMs = now - (this.#sinceMs ?? now);
		const kept = Math.exp(-elapsedMs / MEMORY_MS);
		this.#tokens = kept * this.#tokens + tokens;
		this.#busyMs = kept * this.#busyMs + elapsedMs;
		this.#sinceMs = isLast ? null : now;
	}

	/** Null until something was done in a measurable time. */
	get tokensPerSecond(): number | null {
		return this.#busyMs > 0 ? (1000 * this.#tokens) / this.#busyMs : null;
	}
}
