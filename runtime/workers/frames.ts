import { deserialize, serialize } from 'node:v8';

/** Bytes that say how long a message is. */
const HEADER_BYTES = 4;
/** No message comes near it; more is said by somebody who has lost his place. */
const MAX_MESSAGE_BYTES = 2 ** 30;

/** A message as it goes over the channel: its length, then its bytes as the structured clone algorithm writes them. */
export function toFrame(message: unknown): Buffer {
	const body = serialize(message);
	const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
	frame.writeUInt32BE(body.length);
	body.copy(frame, HEADER_BYTES);
	return frame;
}

/** Puts messages together from the pieces in which they arrive. */
export class FrameReader {
	#pieces: Buffer[] = [];
	#bytes = 0;
	/** Of the message under way, its header included; null until the header is there. */
	#wanted: number | null = null;

	/** @returns the messages that are complete now. @throws Error when what came is no message; nothing after it can be read */
	read(piece: Buffer): unknown[] {
		this.#pieces.push(piece);
		this.#bytes += piece.length;
		const messages: unknown[] = [];
		for (;;) {
			this.#wanted ??= this.#header();
			if (this.#wanted === null || this.#bytes < this.#wanted) return messages;
			messages.push(deserialize(this.#take(this.#wanted).subarray(HEADER_BYTES)));
			this.#wanted = null;
		}
	}

	#header(): number | null {
		if (this.#bytes < HEADER_BYTES) return null;
		const bytes = this.#joined().readUInt32BE();
		if (bytes > MAX_MESSAGE_BYTES) throw new Error(`a message of ${bytes} bytes`);
		return HEADER_BYTES + bytes;
	}

	#take(bytes: number): Buffer {
		const all = this.#joined();
		this.#bytes -= bytes;
		this.#pieces = this.#bytes > 0 ? [all.subarray(bytes)] : [];
		return all.subarray(0, bytes);
	}

	#joined(): Buffer {
		if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)];
		return this.#pieces[0]!;
	}
}
