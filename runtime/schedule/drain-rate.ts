import type { Clock } from '../base/clock';

/** The time over which the rate is an average. */
const MEMORY_MS = 5_000;

/** Tokens done a second while there was work, as an average that forgets. */
export class DrainRate {
	readonly #clock: Clock;
	#tokens = 0;
	#busyMs = 0;
	#sinceMs: number | null = null;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Work has come where there was none: the time before does not count. */
	start(): void {
		this.#sinceMs ??= this.#clock.now();
	}

	/** @param idle whether nothing is left to do */
	done(tokens: number, idle: boolean): void {
		const now = this.#clock.now();
		const elapsedMs = now - (this.#sinceMs ?? now);
		const kept = Math.exp(-elapsedMs / MEMORY_MS);
		this.#tokens = kept * this.#tokens + tokens;
		this.#busyMs = kept * this.#busyMs + elapsedMs;
		this.#sinceMs = idle ? null : now;
	}

	/** Null until something was done in a measurable time. */
	get tokensPerSecond(): number | null {
		return this.#busyMs > 0 ? (1000 * this.#tokens) / this.#busyMs : null;
	}
}
