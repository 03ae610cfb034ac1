import { admit } from '../schedule/admission';

/** Characters of a token, on average: four in English, one in Chinese. The count is put right once a text is tokenised. */
const CHARACTERS_PER_TOKEN = 3;
/** Special tokens around a text. */
const WRAPPING_TOKENS = 2;

/** Tokens of a text before it is tokenised. */
export function estimateTokens(characters: number, maxTokens: number): number {
	return Math.min(maxTokens, Math.ceil(characters / CHARACTERS_PER_TOKEN) + WRAPPING_TOKENS);
}

/** Tokens of all texts that wait or run, from the moment they are taken on. */
export class Backlog {
	#tokens = 0;
	readonly #tokensPerSecond: () => number | null;

	/** @param tokensPerSecond measured; null while it is not known */
	constructor(
		readonly maxTokens: number,
		tokensPerSecond: () => number | null,
	) {
		this.#tokensPerSecond = tokensPerSecond;
	}

	get tokens(): number {
		return this.#tokens;
	}

	/** Whether so many more tokens fit. */
	hasRoom(tokens: number): boolean {
		return this.#tokens + tokens <= this.maxTokens;
	}

	/** @throws EmbedError `overloaded` when there is no room for so many more */
	check(tokens: number): void {
		const [queuedTokens, tokensPerSecond] = [this.#tokens, this.#tokensPerSecond()];
		admit(tokens, { queuedTokens, maxQueuedTokens: this.maxTokens, tokensPerSecond });
	}

	/** @param tokens negative for those that are done */
	add(tokens: number): void {
		this.#tokens += tokens;
	}
}
