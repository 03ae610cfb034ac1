import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';

import { messageOf } from '../base/errors';
import { FrameReader, toFrame } from './frames';

/** The descriptor by which a worker reaches its host. */
export const CHANNEL_DESCRIPTOR = 3;

interface ChannelEvents {
	message: [message: unknown];
	/** What the other side said is no message: nothing it says can be relied on. At most once, and nothing comes after it. */
	malformed: [error: Error];
	/** The other side is gone, or as good as gone. Once. */
	disconnect: [];
}

/**
 * Messages over a pipe, both ways. Node’s own channel between processes throws where nobody can catch it when the other
 * side sends something that is no message, and that ends the host.
 */
export class Channel extends EventEmitter<ChannelEvents> {
	readonly #pipe: Duplex;
	#isOpen = true;

	constructor(pipe: Duplex) {
		super();
		this.#pipe = pipe;
		const reader = new FrameReader();
		pipe.on('data', (piece: Buffer) => this.#hear(reader, piece));
		// Writing to somebody who is gone; that he is gone says the end.
		pipe.on('error', () => this.close());
		pipe.once('end', () => this.close());
		pipe.once('close', () => this.close());
	}

	get isOpen(): boolean {
		return this.#isOpen;
	}

	/** What is sent to a closed channel is lost. @throws Error when the message cannot be put into bytes */
	send(message: unknown): void {
		const frame = toFrame(message);
		if (this.#isOpen) this.#pipe.write(frame);
	}

	/** Idempotent. */
	close(): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		this.#pipe.destroy();
		this.emit('disconnect');
	}

	#hear(reader: FrameReader, piece: Buffer): void {
		if (!this.#isOpen) return;
		let messages: unknown[];
		try {
			messages = reader.read(piece);
		} catch (error) {
			this.emit('malformed', new Error(`it sent what is no message: ${messageOf(error)}`));
			this.close();
			return;
		}
		for (const message of messages) this.emit('message', message);
	}
}
