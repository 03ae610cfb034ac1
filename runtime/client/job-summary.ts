import type { EmbedResult } from '../base/provider';

export interface JobSummary {
	readonly model: string;
	/** Numbers in a vector; 0 when no text succeeded. */
	readonly dimensions: number;
	/** Texts that have a vector now. */
	readonly texts: number;
	readonly cachedTexts: number;
	readonly tokens: number;
	readonly elapsedMs: number;
}

/** Counts what came of a job while it runs, so that no answer need be kept for its figures. */
export class JobTally {
	#model = '';
	#dimensions = 0;
	#texts = 0;
	#cachedTexts = 0;
	#tokens = 0;

	/** The first answer names the model for all. */
	addAnswer({ model, dimensions, usage }: EmbedResult): void {
		this.#model ||= model;
		this.#dimensions ||= dimensions;
		this.#tokens += usage.tokens;
	}

	addVector(cached: boolean): void {
		this.#texts++;
		if (cached) this.#cachedTexts++;
	}

	summary(elapsedMs: number): JobSummary {
		return {
			model: this.#model,
			dimensions: this.#dimensions,
			texts: this.#texts,
			cachedTexts: this.#cachedTexts,
			tokens: this.#tokens,
			elapsedMs,
		};
	}
}
