/** Time as the engine sees it; tests put a clock in its place that only moves when told. */
export interface Clock {
	/** Milliseconds since an arbitrary start; never goes back. */
	now(): number;
	/** Calls `action` once after `delayMs`. A pending timer does not keep the process alive. */
	after(delayMs: number, action: () => void): Timer;
}

export interface Timer {
	/** Idempotent; after it the action will not run. */
	cancel(): void;
}

// setTimeout counts in 32 bits: a longer delay would fire at once.
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
	now: () => performance.now(),
	after(delayMs, action) {
		const timeout = setTimeout(action, Math.min(delayMs, LONGEST_DELAY_MS));
		timeout.unref();
		return { cancel: () => clearTimeout(timeout) };
	},
};
