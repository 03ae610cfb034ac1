import { EmbedError } from '../base/errors';

/**
 * What a caller who is refused is told. A host on its way out is gone in seconds, and the client of a shared one must
 * notice that soon: it starts the next.
 */
const RETRY_AFTER_S = 1;

/**
 * Whether the host takes work, and what it has taken and not answered. It goes one way: serving, then draining, which
 * is over when nothing is in flight any more.
 */
export class Drain {
	/** Resolves when no more work is taken, with the reason. */
	readonly begun: Promise<string>;
	/** Resolves when no more work is taken and all that was taken is over. */
	readonly finished: Promise<void>;
	#reason: string | null = null;
	/** Requests taken and neither answered nor given up by their callers. */
	#inFlight = 0;
	#markBegun = (_reason: string) => {};
	#markFinished = () => {};

	constructor() {
		this.begun = new Promise((resolve) => (this.#markBegun = resolve));
		this.finished = new Promise((resolve) => (this.#markFinished = resolve));
	}

	/** Why no more work is taken; null while it is. */
	get reason(): string | null {
		return this.#reason;
	}

	get inFlight(): number {
		return this.#inFlight;
	}

	get isFinished(): boolean {
		return this.#reason !== null && this.#inFlight === 0;
	}

	/** From now on no work is taken. The first reason stays; called again it does nothing. */
	begin(reason: string): void {
		if (this.#reason !== null) return;
		this.#reason = reason;
		this.#markBegun(reason);
		this.#settle();
	}

	/**
	 * A request that does work has come in.
	 * @returns call it when the request is over; calling it again does nothing
	 * @throws EmbedError `shutting_down`
	 */
	enter(): () => void {
		if (this.#reason !== null) {
			throw new EmbedError(
				'shutting_down',
				'This host is about to exit: it answers what it has taken on and takes no more. Ask again, or ask another host',
				{ retryAfterS: RETRY_AFTER_S },
			);
		}
		this.#inFlight++;
		let isOver = false;
		return () => {
			if (isOver) return;
			isOver = true;
			this.#inFlight--;
			this.#settle();
		};
	}

	#settle(): void {
		if (this.isFinished) this.#markFinished();
	}
}
