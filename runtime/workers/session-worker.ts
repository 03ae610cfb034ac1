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
	load(message: Omit<Extract<ToWorker, { type: 'load' }>, 'type'>): Promise<LoadedModel>;
	/**
	 * Runs are done in the order they are sent.
	 * @param width tokens that every row is padded to; default: the longest row’s
	 * @throws EmbedError `worker_died` when it ended before it answered
	 */
	run(batch: TokenBatch, width?: number): Promise<RunAnswer>;
	/** Ends the worker and waits until it is gone. Idempotent. */
	stop(): Promise<void>;
}

/** How long a worker may take to leave by itself before it is killed. */
const EXIT_GRACE_MS = 2_000;

/** A child process with one ONNX session. Whatever it takes, its end gives back. */
export class SessionWorker implements ModelWorker {
	readonly #child: WorkerProcess;
	readonly exited: Promise<void>;
	/** Questions sent and not answered, in their order. */
	readonly #pending: { resolve(message: FromWorker): void; reject(error: Error): void }[] = [];
	#gone: EmbedError | null = null;

	/** @param niceness how far its processor time yields to that of others, 0 to 19 as the system counts it */
	constructor(niceness = 0) {
		this.#child = new WorkerProcess(join(__dirname, 'child.js'));
		if (niceness > 0) yieldProcessor(this.#child.pid, niceness);
		this.#child.on('message', (message) => this.#settle(message as FromWorker));
		this.exited = new Promise((resolve) => {
			const leave = (why: string) => {
				this.#gone ??= new EmbedError('worker_died', `The model’s process ended unexpectedly (${why})`);
				for (const { reject } of this.#pending.splice(0)) reject(this.#gone);
				resolve();
			};
			this.#child.once('exit', (code, signal) => leave(signal ?? `exit code ${code}`));
			this.#child.on('error', (error) => leave(error.message));
		});
	}

	get pid(): number {
		return this.#child.pid ?? 0;
	}

	async load(message: Parameters<ModelWorker['load']>[0]): Promise<LoadedModel> {
		const answer = await this.#ask({ type: 'load', ...message });
		if (answer.type !== 'loaded') throw outOfTurn(answer);
		return answer.model;
	}

	async run(batch: TokenBatch, width?: number): Promise<RunAnswer> {
		const answer = await this.#ask({ type: 'run', batch, ...(width !== undefined && { width }) });
		if (answer.type !== 'vectors') throw outOfTurn(answer);
		return answer;
	}

	async stop(): Promise<void> {
		if (!this.#gone && this.#child.connected) this.#child.send({ type: 'exit' });
		const kill = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_GRACE_MS);
		await this.exited;
		clearTimeout(kill);
	}

	#ask(message: ToWorker): Promise<FromWorker> {
		return new Promise((resolve, reject) => {
			if (this.#gone) return reject(this.#gone);
			// A channel that closes before the message is through also ends the process, which `exited` reports.
			this.#child.send(message);
			// Not before: a message that cannot be sent at all has no answer.
			this.#pending.push({ resolve, reject });
		});
	}

	#settle(message: FromWorker): void {
		const pending = this.#pending.shift();
		if (message.type === 'failed') pending?.reject(fromErrorMessage(message.error));
		else pending?.resolve(message);
	}
}

function yieldProcessor(pid: number | undefined, niceness: number): void {
	try {
		if (pid !== undefined) setPriority(pid, niceness);
	} catch {
		// Forbidden, or it is gone already: without it single texts only wait a little longer.
	}
}

function outOfTurn({ type }: FromWorker): Error {
	return new Error(`a worker answered out of turn: ${type}`);
}
