/** Lets so many be at work at a time; the others wait in the order in which they came. */
export class Permits {
	#free: number;
	readonly #waiting: (() => void)[] = [];

	constructor(count: number) {
		this.#free = count;
	}

	/** Runs `work` when it is its turn; what it throws is thrown. */
	async use<T>(work: () => Promise<T>): Promise<T> {
		if (this.#free > 0) this.#free--;
		else await new Promise<void>((resolve) => this.#waiting.push(resolve));
		try {
			return await work();
		} finally {
			// Handed on rather than freed, so that nobody who comes just now goes first.
			const next = this.#waiting.shift();
			if (next) next();
			else this.#free++;
		}
	}
}
