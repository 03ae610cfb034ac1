import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { EmbedError } from '../base/errors';
import { errorBody } from './error-reply';

/** How long a connection stays after its last answer for whoever is still sending: closed at once, it would be reset. */
const LINGER_MS = 2_000;

/**
 * Answers what is no request, or not one in time, in the shape of every other refusal, and closes the connection: where
 * the next request would begin is not known. Answers that the connection still waits for go first, so that none of
 * its requests gets a refusal that is another’s.
 */
export class BrokenRequests {
	/** Answers not sent yet, by connection. */
	readonly #open = new WeakMap<Socket, Set<ServerResponse>>();
	readonly #refused = new WeakMap<Socket, EmbedError>();

	/** For Fastify’s `clientErrorHandler`. */
	readonly onClientError = (error: NodeJS.ErrnoException, socket: Socket): void => {
		if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
		// What comes after the first fault is another fault, and no other answer.
		if (this.#refused.has(socket)) return;
		this.#refused.set(socket, refusalOf(error));
		this.#refuse(socket);
	};

	/** Call before the server listens. */
	watch({ server }: FastifyInstance): void {
		server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
			const open = this.#open.get(socket) ?? new Set();
			this.#open.set(socket, open.add(response));
			response.once('close', () => {
				open.delete(response);
				this.#refuse(socket);
			});
		});
		// An unknown `Expect` may be ignored, says the standard; Node would refuse it without a body.
		server.on('checkExpectation', (request, response) => server.emit('request', request, response));
	}

	/** A request that is not here whole is the broken one itself, and the refusal its answer. */
	#isWaiting(socket: Socket): boolean {
		return [...(this.#open.get(socket) ?? [])].some(({ req, headersSent }) => req.complete || headersSent);
	}

	#refuse(socket: Socket): void {
		const refusal = this.#refused.get(socket);
		if (!refusal || !socket.writable || this.#isWaiting(socket)) return;
		const { status } = refusal.row;
		const body = JSON.stringify(errorBody(refusal));
		const head = [
			`HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
			'content-type: application/json; charset=utf-8',
			`content-length: ${Buffer.byteLength(body)}`,
			'connection: close',
		];
		socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
		const linger = setTimeout(() => socket.destroy(), LINGER_MS);
		socket.once('close', () => clearTimeout(linger)).resume();
	}
}

function refusalOf({ code, message }: NodeJS.ErrnoException): EmbedError {
	switch (code) {
		case 'ERR_HTTP_REQUEST_TIMEOUT':
			return new EmbedError('request_timeout', 'The request did not arrive whole in time; send it faster, or in parts');
		case 'HPE_HEADER_OVERFLOW':
			return new EmbedError('headers_too_large', 'The request’s head is over 16 KiB; send fewer or shorter headers');
		default:
			return new EmbedError('invalid_request', `This is not HTTP as the host understands it: ${message}`);
	}
}
