import type { Clock } from '../base/clock';

/** How interactive texts come: now and then (`calm`), or so many at once that throughput decides how long they wait. */
export type Demand = 'calm' | 'crowded';

/** From this many interactive texts in the house at once, on average, throughput counts more than a single run’s time. */
const CROWDED_TEXTS = 3;
/** Below this many it is calm again; the distance keeps it from flapping. */
const CALM_TEXTS = 1.5;
/** How far one look moves the average. */
const SMOOTHING = 0.3;
/** After so long without interactive texts the past says nothing. */
const FORGET_AFTER_MS = 1_000;

export function nextDemand(before: Demand, averageTexts: number): Demand {
	return averageTexts >= (before === 'crowded' ? CALM_TEXTS : CROWDED_TEXTS) ? 'crowded' : 'calm';
}

/** Watches how many interactive texts wait or run at a time. */
export class DemandMeter {
	readonly #clock: Clock;
	#average = 0;
	#demand: Demand = 'calm';
	#lookedAtMs = Number.NEGATIVE_INFINITY;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** @param texts interactive texts that wait or run at this moment, whenever a batch of them starts */
	look(texts: number): void {
		const now = this.#clock.now();
		if (now - this.#lookedAtMs > FORGET_AFTER_MS) this.#average = 0;
		this.#lookedAtMs = now;
		this.#average += SMOOTHING * (texts - this.#average);
		this.#demand = nextDemand(this.#demand, this.#average);
	}

	get demand(): Demand {
		return this.#clock.now() - this.#lookedAtMs > FORGET_AFTER_MS ? 'calm' : this.#demand;
	}

	/** Milliseconds since the last interactive batch; infinite when there was none. */
	get quietMs(): number {
		return this.#clock.now() - this.#lookedAtMs;
	}
}
