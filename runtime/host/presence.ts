import type { Clock, Timer } from '../base/clock';

/** Ends a host that nobody uses: after a while without work and without a loaded model. */
export class Presence {
	#timer: Timer | null = null;

	constructor(
		private readonly options: {
			readonly clock: Clock;
			/** 0 = stay for ever. */
			readonly exitAfterIdleMs: number;
			readonly isBusy: () => boolean;
			readonly leave: () => void;
		},
	) {
		this.touch();
	}

	/** Something happened: the wait begins anew. Called on every request and every move of a model. */
	touch(): void {
		const { clock, exitAfterIdleMs, isBusy, leave } = this.options;
		this.stop();
		// A loaded model’s own idle timer ends in a move, which calls here again.
		if (exitAfterIdleMs > 0 && !isBusy()) this.#timer = clock.after(exitAfterIdleMs, () => (isBusy() ? this.touch() : leave()));
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = null;
	}
}
