import type { Clock, Timer } from '../base/clock';

/** Ends a host that nobody uses: after a while without work and without a loaded model. */
export class Presence {
	#timer: Timer | null = null;
	/** Requests that are not answered yet. */
	#inFlight = 0;

	constructor(
		private readonly options: {
			readonly clock: Clock;
			/** 0 = stay for ever. */
			readonly exitAfterIdleMs: number;
			/** Whether there is a reason to stay beside the requests in flight. */
			readonly isBusy: () => boolean;
			readonly leave: () => void;
		},
	) {
		this.touch();
	}

	/** A request has come in. @returns what to call once it is over */
	work(): () => void {
		this.#inFlight++;
		this.touch();
		return () => {
			this.#inFlight--;
			this.touch();
		};
	}

	/** Something happened: the wait begins anew. Called on every request and every move of a model. */
	touch(): void {
		const { clock, exitAfterIdleMs, leave } = this.options;
		this.stop();
		// A loaded model’s own idle timer ends in a move, which calls here again; so does the end of a request.
		if (exitAfterIdleMs > 0 && !this.#isUsed)
			this.#timer = clock.after(exitAfterIdleMs, () => (this.#isUsed ? this.touch() : leave()));
	}

	get #isUsed(): boolean {
		return this.#inFlight > 0 || this.options.isBusy();
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = null;
	}
}
