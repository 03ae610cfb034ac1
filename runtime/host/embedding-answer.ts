import { formatNumbers, toBase64, type OutputDtype } from '../base/number-format';
import type { EmbedResult } from '../base/provider';
import { MAX_NUMBER_BYTES, writeNumbers } from './number-text';

/** How the caller wants the numbers. */
export interface AnswerFormat {
	readonly encoding: 'float' | 'base64';
	readonly dtype: OutputDtype;
}

/**
 * Bytes of an answer that are written in one go: a quarter of a millisecond’s work at the slowest format, and all
 * encoded text that a slow reader makes the host hold, two or three times. A larger piece sends no faster.
 */
export const PIECE_BYTES = 65_536;

const HEAD = '{"object":"list","data":[';
/** `,{"object":"embedding","index":2047,"embedding":` and `,"cached":true}`, with room to spare. */
const ENTRY_FRAME_BYTES = 96;

/**
 * OpenAI’s answer as JSON text in pieces of at most {@link PIECE_BYTES}, or of one vector where that is more. A piece is
 * written when it is asked for, so a reader who stops costs one piece and not the rest.
 */
export class EmbeddingAnswer {
	readonly #result: EmbedResult;
	readonly #format: AnswerFormat;
	readonly #maxEntryBytes: number;
	readonly #tail: Buffer;

	constructor(result: EmbedResult, format: AnswerFormat) {
		this.#result = result;
		this.#format = format;
		this.#maxEntryBytes = ENTRY_FRAME_BYTES + maxBytesOf(result.vectors, format);
		this.#tail = Buffer.from(tailOf(result));
	}

	/** Whether {@link pieces} gives the whole answer at once. */
	get isOnePiece(): boolean {
		return this.#maxBytes <= PIECE_BYTES;
	}

	get #maxBytes(): number {
		return HEAD.length + this.#result.vectors.length * this.#maxEntryBytes + this.#tail.length;
	}

	/** Each piece is memory of its own: the reader may keep it. */
	*pieces(): Generator<Buffer, void, undefined> {
		const { vectors } = this.#result;
		const bytes = Math.min(this.#maxBytes, Math.max(PIECE_BYTES, this.#maxEntryBytes, this.#tail.length));
		let piece = Buffer.allocUnsafe(bytes);
		let end = piece.write(HEAD, 'latin1');
		for (let index = 0; index <= vectors.length; index++) {
			const isTail = index === vectors.length;
			if (end + (isTail ? this.#tail.length : this.#maxEntryBytes) > bytes) {
				yield piece.subarray(0, end);
				piece = Buffer.allocUnsafe(bytes);
				end = 0;
			}
			end = isTail ? end + this.#tail.copy(piece, end) : this.#writeEntry(index, piece, end);
		}
		yield piece.subarray(0, end);
	}

	#writeEntry(index: number, out: Buffer, start: number): number {
		const { vectors, cached } = this.#result;
		const { encoding, dtype } = this.#format;
		let at = start;
		at += out.write(`${index > 0 ? ',' : ''}{"object":"embedding","index":${index},"embedding":`, at, 'latin1');
		const numbers = formatNumbers(vectors[index]!, dtype);
		if (encoding === 'base64') at += out.write(`"${toBase64(numbers)}"`, at, 'latin1');
		else at = writeNumbers(numbers, out, at);
		return at + out.write(cached[index] ? ',"cached":true}' : '}', at, 'latin1');
	}
}

/** The longest vector’s. */
function maxBytesOf(vectors: readonly Float32Array[], { encoding }: AnswerFormat): number {
	const numbers = Math.max(0, ...vectors.map(({ length }) => length));
	return encoding === 'float' ? numbers * (MAX_NUMBER_BYTES + 1) + 2 : Math.ceil((numbers * 4) / 3) * 4 + 6;
}

function tailOf({ model, usage }: EmbedResult): string {
	const written = {
		prompt_tokens: usage.tokens,
		total_tokens: usage.tokens,
		prompt_tokens_details: { cached_tokens: usage.cachedTokens },
	};
	return `],"model":${JSON.stringify(model)},"usage":${JSON.stringify(written)}}`;
}
