// Readings in regular intervals.
import { median } from '../../bench/statistics.mjs';

export class Samples {
	values = [];
	#timer;

	/** Begins at once. @param read called every `everyMs`; what it returns is kept */
	constructor(read, everyMs = 500) {
		this.#timer = setInterval(() => this.values.push(read()), everyMs);
	}

	stop() {
		clearInterval(this.#timer);
	}

	/** By how much the last third is above the middle one, by their medians: the first third is warming up. */
	get growth() {
		const third = Math.floor(this.values.length / 3);
		return median(this.values.slice(-third)) - median(this.values.slice(third, 2 * third));
	}
}
