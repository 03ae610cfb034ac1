import type { Clock, Timer } from '../base/clock';
import { backoffMs, nextLevel } from '../schedule/backoff';

/** When a worker that died may be replaced: at once, unless many have died lately and little was done in between. */
export class Replacement {
	readonly #clock: Clock;
	readonly #onReady: () => void;
	readonly #random: () => number;
	#level = 0;
	#wait: Timer | null = null;

	/** @param onReady a wait is over */
	constructor(clock: Clock, onReady: () => void, random = Math.random) {
		this.#clock = clock;
		this.#onReady = onReady;
		this.#random = random;
	}

	/** No worker should be started now; it will be said when one may. */
	get isWaiting(): boolean {
		return this.#wait !== null;
	}

	/** A worker died of itself: while it loaded, or during a run. */
	died(): void {
		this.#level = nextLevel(this.#level, 'death');
		const waitMs = backoffMs(this.#level, this.#random());
		this.#wait?.cancel();
		this.#wait = null;
		if (waitMs === 0) return;
		this.#wait = this.#clock.after(waitMs, () => {
			this.#wait = null;
			this.#onReady();
		});
	}

	/** A run was answered. */
	goodRun(): void {
		this.#level = nextLevel(this.#level, 'goodRun');
	}
}
