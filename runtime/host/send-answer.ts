import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FastifyReply } from 'fastify';

import type { Clock, Timer } from '../base/clock';
import type { Logger } from '../base/logger';
import { whenOver } from './caller-signal';
import { PIECE_BYTES, type EmbeddingAnswer } from './embedding-answer';

/**
 * How long a reader may take nothing of an answer that is there. A program that is suspended or gone without a word would
 * hold the answer’s vectors, and a host that wants to leave, for ever; one that is only slow takes a piece in far less.
 */
export const MAX_STALL_MS = 60_000;

export interface SendSurroundings {
	readonly clock: Clock;
	readonly logger: Logger;
}

/**
 * Sends an answer: a small one whole and with its length, a large one piece by piece, as fast as its reader takes it and
 * with a turn of the event loop between two pieces.
 */
export function sendAnswer(reply: FastifyReply, answer: EmbeddingAnswer, surroundings: SendSurroundings): FastifyReply {
	reply.type('application/json; charset=utf-8');
	if (answer.isOnePiece) return reply.send(answer.pieces().next().value);
	const stall = new StallGuard(reply, surroundings);
	const stream = Readable.from(
		inTurns(answer.pieces(), () => stall.progress()),
		{
			objectMode: false,
			highWaterMark: PIECE_BYTES,
		},
	);
	whenOver(reply, () => {
		stall.stop();
		stream.destroy();
	});
	return reply.send(stream);
}

async function* inTurns(pieces: Iterable<Buffer>, onPiece: () => void): AsyncGenerator<Buffer, void, undefined> {
	await nextTurn();
	for (const piece of pieces) {
		onPiece();
		yield piece;
		await nextTurn();
	}
}

/** Cuts the connection of a reader who takes nothing for {@link MAX_STALL_MS}. */
class StallGuard {
	readonly #reply: FastifyReply;
	readonly #surroundings: SendSurroundings;
	#timer: Timer | null = null;
	#isOver = false;

	constructor(reply: FastifyReply, surroundings: SendSurroundings) {
		this.#reply = reply;
		this.#surroundings = surroundings;
		this.progress();
	}

	/** The reader has made room for another piece. */
	progress(): void {
		this.#timer?.cancel();
		// A piece that was asked for before the end may still be on its way.
		if (!this.#isOver) this.#timer = this.#surroundings.clock.after(MAX_STALL_MS, () => this.#cut());
	}

	stop(): void {
		this.#isOver = true;
		this.#timer?.cancel();
	}

	#cut(): void {
		const { raw } = this.#reply;
		// Without a socket it is not this answer’s turn: the one before it on the connection has a guard of its own.
		if (raw.socket === null) return this.progress();
		this.#surroundings.logger.info('a reader took nothing: connection cut', { waitedMs: MAX_STALL_MS });
		raw.destroy();
	}
}
