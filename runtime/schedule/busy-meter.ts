import type { Clock } from '../base/clock';

interface Stretch {
	readonly startMs: number;
	endMs: number;
	readonly busy: number;
	readonly workers: number;
}

/** So long a stretch of time is told apart from the one before it; shorter ones are added up. */
const BUCKET_MS = 1_000;
/** Of a window, so much must have been seen to speak of it. */
const SEEN_SHARE = 0.95;

interface Bucket {
	readonly startMs: number;
	endMs: number;
	/** Worker milliseconds. */
	busyMs: number;
	capacityMs: number;
	/** Time with any worker at all. */
	seenMs: number;
}

/** How much of the time workers were busy, over windows that end now. */
export class BusyMeter {
	readonly #clock: Clock;
	readonly #keepMs: number;
	#buckets: Bucket[] = [];
	#current: Stretch | null = null;

	/** @param keepMs the longest window that will be asked for */
	constructor(clock: Clock, keepMs: number) {
		this.#clock = clock;
		this.#keepMs = keepMs;
	}

	/** From now on `busy` of `workers` workers are busy. */
	set(busy: number, workers: number): void {
		this.#addUp();
		const now = this.#clock.now();
		this.#current = { startMs: now, endMs: now, busy, workers };
	}

	/** Busy share of what the workers could have done, 0 to 1; null when there were none for a part of the window. */
	ratio(windowMs: number): number | null {
		this.#addUp();
		const since = this.#clock.now() - windowMs;
		let [busyMs, capacityMs, seenMs] = [0, 0, 0];
		for (const bucket of this.#buckets) {
			const share = overlap(bucket, since);
			busyMs += share * bucket.busyMs;
			capacityMs += share * bucket.capacityMs;
			seenMs += share * bucket.seenMs;
		}
		return seenMs >= SEEN_SHARE * windowMs && capacityMs > 0 ? busyMs / capacityMs : null;
	}

	#addUp(): void {
		const now = this.#clock.now();
		const current = this.#current;
		if (current === null) return;
		while (current.endMs < now) {
			const bucket = this.#bucketAt(current.endMs);
			const endMs = Math.min(now, bucket.startMs + BUCKET_MS);
			const ms = endMs - current.endMs;
			bucket.busyMs += ms * current.busy;
			bucket.capacityMs += ms * current.workers;
			bucket.seenMs += current.workers > 0 ? ms : 0;
			bucket.endMs = endMs;
			current.endMs = endMs;
		}
		const oldestMs = now - this.#keepMs;
		const stale = this.#buckets.findIndex(({ endMs }) => endMs > oldestMs);
		if (stale > 0) this.#buckets = this.#buckets.slice(stale);
	}

	#bucketAt(timeMs: number): Bucket {
		const last = this.#buckets.at(-1);
		if (last && timeMs < last.startMs + BUCKET_MS) return last;
		// After a long sleep only what a window can still see is of interest.
		const startMs = Math.max(timeMs, this.#clock.now() - this.#keepMs - BUCKET_MS);
		if (this.#current && startMs > timeMs) this.#current.endMs = startMs;
		const bucket = { startMs, endMs: startMs, busyMs: 0, capacityMs: 0, seenMs: 0 };
		this.#buckets.push(bucket);
		return bucket;
	}
}

function overlap({ startMs, endMs }: Bucket, sinceMs: number): number {
	if (startMs >= sinceMs) return 1;
	return endMs <= sinceMs ? 0 : (endMs - sinceMs) / (endMs - startMs);
}
