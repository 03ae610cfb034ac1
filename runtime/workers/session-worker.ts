import { setPriority } from 'node:os';
import { join } from 'node:path';

import { EmbedError, fromErrorMessage } from '../base/errors';
import type { LoadedModel } from '../session/embedder';
import type { TokenBatch } from '../session/batch';
import type { PooledRows } from '../session/pool-rows';
import type { FromWorker, ToWorker } from './protocol';
import { WorkerProcess } from './worker-process';

export interface RunAnswer extends PooledRows {
	readonly inferenceMs: number;
}

/** A running model somewhere else; the engine sees no more of a worker than this. */
export interface ModelWorker {
	readonly pid: number;
	/** Resolves once, when the worker has gone for whatever reason. */
	readonly exited: Promise<void>;
	load(message: Omit<Extract<ToWorker, { type: 'load' }>, 'type' | 'id'>): Promise<LoadedModel>;
	/**
	 * Runs are done in the order they are sent.
	 * @param width tokens that every row is padded to; default: the longest row’s
	 * @throws EmbedError `worker_died` when it ended before it answered
	 */
	run(batch: TokenBatch, width?: number): Promise<RunAnswer>;
	/** Ends the worker at once, whatever it does; nobody waits for it, or for an answer of it, any more. Idempotent. */
	kill(reason: string): void;
	/** Ends the worker and waits until it is gone. Idempotent. */
	stop(): Promise<void>;
}

/** How long a worker may take to leave by itself before it is killed. */
const EXIT_GRACE_MS = 2_000;

/** The one that has no number yet. */
type Unnumbered = WithoutId<Exclude<ToWorker, { type: 'exit' }>>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** A question sent and not answered. */
interface Question {
	/** @returns whether the message is an answer to it */
	settle(message: FromWorker): boolean;
	reject(error: Error): void;
}

/** A child process with one ONNX session. Whatever it takes, its end gives back. */
export class SessionWorker implements ModelWorker {
	readonly #child: WorkerProcess;
	readonly exited: Promise<void>;
	/** In the order in which they were sent. */
	readonly #pending: Question[] = [];
	/** Numbers in a vector; known once the model is loaded. */
	#dimensions = 0;
	/** Of the last question. */
	#id = 0;
	#gone: EmbedError | null = null;
	#leave!: (why: string) => void;

	/**
	 * @param niceness how far its processor time yields to that of others, 0 to 19 as the system counts it
	 * @param entry the program that it runs; tests put others here
	 */
	constructor(niceness = 0, entry = join(__dirname, 'child.js')) {
		this.#child = new WorkerProcess(entry);
		if (niceness > 0) yieldProcessor(this.#child.pid, niceness);
		this.#child.on('message', (message) => this.#hear(message as FromWorker));
		this.exited = new Promise((resolve) => {
			this.#leave = (why) => {
				this.#gone ??= new EmbedError('worker_died', `The model’s process ended unexpectedly (${why})`);
				for (const { reject } of this.#pending.splice(0)) reject(this.#gone);
				resolve();
			};
		});
		this.#child.once('exit', (code, signal) => this.#leave(signal ?? `exit code ${code}`));
		this.#child.on('error', (error) => this.#leave(error.message));
		// It leaves by itself then, unless it hangs.
		this.#child.once('disconnect', () => this.#killSoon());
	}

	get pid(): number {
		return this.#child.pid ?? 0;
	}

	kill(reason: string): void {
		this.#child.kill('SIGKILL');
		this.#leave(reason);
	}

	async load(message: Parameters<ModelWorker['load']>[0]): Promise<LoadedModel> {
		const { model } = await this.#ask({ type: 'load', ...message }, isLoaded);
		this.#dimensions = model.dimensions;
		return model;
	}

	async run(batch: TokenBatch, width?: number): Promise<RunAnswer> {
		const numbers = batch.lengths.length * this.#dimensions;
		const question = { type: 'run', batch, ...(width !== undefined && { width }) } as const;
		return this.#ask(
			question,
			(message): message is Vectors => isVectors(message) && message.vectors.length === numbers,
		);
	}

	async stop(): Promise<void> {
		if (!this.#gone && this.#child.connected) this.#child.send({ type: 'exit' });
		this.#killSoon();
		await this.exited;
	}

	#killSoon(): void {
		const kill = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_GRACE_MS);
		void this.exited.then(() => clearTimeout(kill));
	}

	#ask<A extends FromWorker>(question: Unnumbered, isAnswer: (message: FromWorker) => message is A): Promise<A> {
		return new Promise((resolve, reject) => {
			if (this.#gone) return reject(this.#gone);
			// A channel that closes before the message is through also ends the process, which `exited` reports.
			const id = ++this.#id;
			this.#child.send({ ...question, id });
			const settle = (answer: FromWorker) => {
				if (typeof answer !== 'object' || answer === null || answer.id !== id) return false;
				if (answer.type === 'failed') reject(fromErrorMessage(answer.error));
				else if (isAnswer(answer)) resolve(answer);
				else return false;
				return true;
			};
			// Not before: a message that cannot be sent at all has no answer.
			this.#pending.push({ settle, reject });
		});
	}

	#hear(message: FromWorker): void {
		const isAnswer = this.#pending[0]?.settle(message) === true;
		if (isAnswer) this.#pending.shift();
		// Whoever says what was not asked for cannot be relied on to answer the next question with its own answer.
		else this.kill('it answered out of turn');
	}
}

function yieldProcessor(pid: number | undefined, niceness: number): void {
	try {
		if (pid !== undefined) setPriority(pid, niceness);
	} catch {
		// Forbidden, or it is gone already: without it single texts only wait a little longer.
	}
}

function isLoaded(message: FromWorker): message is Extract<FromWorker, { type: 'loaded' }> {
	return message.type === 'loaded';
}

type Vectors = Extract<FromWorker, { type: 'vectors' }>;

function isVectors(message: FromWorker): message is Vectors {
	return message.type === 'vectors';
}
