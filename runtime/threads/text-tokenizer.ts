import { Tokenizer } from '@huggingface/tokenizers';

import type { JsonObject } from '../base/json-file';
import type { Truncate } from '../base/provider';
import { readSpecialTokensAsText, readWrapping, type Wrapping } from './special-tokens';

export interface Encoded {
	/** With special tokens, at most the limit. */
	readonly ids: readonly number[];
	/** Whether the text was longer than the limit. */
	readonly truncated: boolean;
}

export interface EncodeOptions {
	/** Special tokens included. */
	readonly maxTokens: number;
	readonly truncate: Truncate;
}

/** Characters read for each token of the limit at first; most tokens are shorter. */
const CHARACTERS_PER_TOKEN = 8;
/** Tokens beyond the limit that the part read must have, so that the place where it was cut cannot show. */
const MARGIN_TOKENS = 16;
/** How far back from a cut to look for white space, at which tokens never run on. */
const CUT_WINDOW_CHARACTERS = 1_000;

/** Text to ids for one model. Building it is slow (0.05 to 1.5 s), encoding is quick. */
export class TextTokenizer {
	readonly #tokenizer: Tokenizer;
	readonly #wrapping: Wrapping;

	/** @param specialTokens `text` reads the words of special tokens as any other words; `parse` as the tokens. */
	constructor(tokenizer: JsonObject, config: JsonObject, specialTokens: 'text' | 'parse' = 'text') {
		this.#wrapping = readWrapping(tokenizer);
		this.#tokenizer = new Tokenizer(specialTokens === 'text' ? readSpecialTokensAsText(tokenizer) : tokenizer, config);
	}

	/** Lone surrogates are read as U+FFFD, as UTF-8 has no form for them. */
	encode(text: string, { maxTokens, truncate }: EncodeOptions): Encoded {
		const { before, after } = this.#wrapping;
		const room = Math.max(0, maxTokens - before.length - after.length);
		const body = this.#encodeEnough(text.toWellFormed(), room, truncate === 'start' ? 'tail' : 'head');
		const kept = truncate === 'start' ? body.slice(Math.max(0, body.length - room)) : body.slice(0, room);
		return { ids: [...before, ...kept, ...after], truncated: body.length > room };
	}

	/** All tokens of a text, or of a long text only so much of its head or tail that the first or last `room` are right. */
	#encodeEnough(text: string, room: number, part: 'head' | 'tail'): number[] {
		for (let characters = room * CHARACTERS_PER_TOKEN + CUT_WINDOW_CHARACTERS; ; characters *= 4) {
			const piece = part === 'head' ? headOf(text, characters) : tailOf(text, characters);
			const { ids } = this.#tokenizer.encode(piece, { add_special_tokens: false });
			if (piece.length === text.length || ids.length >= room + MARGIN_TOKENS) return ids;
		}
	}
}

function headOf(text: string, characters: number): string {
	if (text.length <= characters) return text;
	const head = text.slice(0, characters);
	const space = head.slice(-CUT_WINDOW_CHARACTERS).search(/\s\S*$/);
	if (space >= 0) return head.slice(0, characters - CUT_WINDOW_CHARACTERS + space);
	return head.isWellFormed() ? head : head.slice(0, -1);
}

function tailOf(text: string, characters: number): string {
	if (text.length <= characters) return text;
	const tail = text.slice(-characters);
	const space = tail.slice(0, CUT_WINDOW_CHARACTERS).search(/\s/);
	if (space >= 0) return tail.slice(space);
	return tail.isWellFormed() ? tail : tail.slice(1);
}
