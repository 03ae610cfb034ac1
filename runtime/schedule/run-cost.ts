/** How far a new run moves what the runs before it said: the last fifty or so count. */
const FORGETTING = 0.98;
const MIN_RUNS = 8;

/**
 * What a run costs, learned from runs: `overheadMs + msPerToken · padded tokens`, by least squares with exponential
 * forgetting. Good for the sizes that were seen; far beyond them caches overflow and attention grows.
 */
export class RunCost {
	#weight = 0;
	#x = 0;
	#y = 0;
	#xx = 0;
	#xy = 0;
	#runs = 0;

	record(tokens: number, ms: number): void {
		this.#weight = FORGETTING * this.#weight + 1;
		this.#x = FORGETTING * this.#x + tokens;
		this.#y = FORGETTING * this.#y + ms;
		this.#xx = FORGETTING * this.#xx + tokens * tokens;
		this.#xy = FORGETTING * this.#xy + tokens * ms;
		this.#runs++;
	}

	/** Null before the first run. */
	get msPerToken(): number | null {
		return this.#slope ?? this.averageMsPerToken;
	}

	/** With the overhead; null before the first run. */
	get averageMsPerToken(): number | null {
		return this.#x === 0 ? null : this.#y / this.#x;
	}

	/** What a run costs beside its tokens, as a number of tokens; null until runs of different sizes were seen. */
	get overheadTokens(): number | null {
		const slope = this.#slope;
		if (slope === null) return null;
		return Math.max(0, (this.#y - slope * this.#x) / this.#weight / slope);
	}

	/** Null when the runs were too few or too alike to tell overhead and tokens apart. */
	get #slope(): number | null {
		if (this.#runs < MIN_RUNS) return null;
		const mean = this.#x / this.#weight;
		const variance = this.#xx / this.#weight - mean * mean;
		if (variance < 0.01 * mean * mean) return null;
		const slope = (this.#xy / this.#weight - mean * (this.#y / this.#weight)) / variance;
		return slope > 0 ? slope : null;
	}
}
