import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';

/** A caller who writes to a connection byte by byte as a test wants it, and reads only when told. */
export class RawCaller {
	readonly closed: Promise<unknown>;
	/** What has come after the last words that were read. */
	#unread = '';

	private constructor(readonly socket: Socket) {
		this.closed = once(socket, 'close');
		socket.pause();
		socket.on('error', () => {});
		onTestFinished(() => void socket.destroy());
	}

	/** Connects to a server on a free port of loopback, which listens from the first caller on. */
	static async of(server: FastifyInstance): Promise<RawCaller> {
		if (!server.server.listening) await server.listen({ host: '127.0.0.1', port: 0 });
		const { port } = server.server.address() as AddressInfo;
		const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
		await once(socket, 'connect');
		return new RawCaller(socket);
	}

	/** Sends one request whole. */
	post(body: unknown): void {
		const text = JSON.stringify(body);
		this.socket.write(headOf(Buffer.byteLength(text)) + text);
	}

	/** Sends the head of a request and only the beginning of its body. */
	postHalf(body: unknown): void {
		const text = JSON.stringify(body);
		this.socket.write(headOf(Buffer.byteLength(text)) + text.slice(0, text.length / 2));
	}

	/** Reads up to and including the next `words`. */
	async readUntil(words: string): Promise<void> {
		let position = this.#unread.indexOf(words);
		const read = (bytes: Buffer) => {
			// Only the end can be the beginning of the words: what came before is let go.
			this.#unread = (position < 0 ? this.#unread.slice(-words.length) : this.#unread) + bytes.toString('latin1');
			if (position < 0) position = this.#unread.indexOf(words);
			if (position >= 0) this.socket.pause();
		};
		this.socket.on('data', read);
		while (position < 0) {
			this.socket.resume();
			await once(this.socket, 'data');
		}
		this.socket.off('data', read).pause();
		this.#unread = this.#unread.slice(position + words.length);
	}

	/** Reads everything until the other side closes the connection. */
	async readToEnd(): Promise<string> {
		let text = this.#unread;
		this.#unread = '';
		this.socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1'))).resume();
		await once(this.socket, 'end');
		return text;
	}

	hangUp(): void {
		this.socket.destroy();
	}
}

function headOf(bytes: number): string {
	return [
		'POST /v1/embeddings HTTP/1.1',
		'host: localhost',
		'content-type: application/json',
		`content-length: ${bytes}`,
		'\r\n',
	].join('\r\n');
}
