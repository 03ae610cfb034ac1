import type { Clock } from '../base/clock';
import { EmbedError, messageOf, toEmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import { WorkQueue } from '../schedule/work-queue';
import { toBatch } from '../session/batch';
import type { RunAnswer } from '../workers/session-worker';
import type { Work } from './work';
import type { Lease, WorkerSlot } from './worker-slot';

export interface DispatcherOptions {
	readonly slot: WorkerSlot;
	readonly maxBatchTokens: number;
	readonly clock: Clock;
	readonly logger: Logger;
}

/** After so many deaths of a worker among others, a text runs alone: one of them may be to blame. */
const MAX_DEATHS_IN_COMPANY = 2;
/** So many deaths convict a text, and only alone: processes are also killed by chance. */
const MAX_DEATHS_ALONE = 3;
const MAX_LOAD_DEATHS = 3;

/** Takes waiting texts to the worker, batch by batch, and settles each exactly once. */
export class Dispatcher {
	readonly #options: DispatcherOptions;
	readonly queue = new WorkQueue<Work>();
	#running = false;
	/** Workers in a row that died before they were loaded. */
	#loadDeaths = 0;
	#lastForwardAtMs: number | null = null;

	constructor(options: DispatcherOptions) {
		this.#options = options;
	}

	get lastForwardAtMs(): number | null {
		return this.#lastForwardAtMs;
	}

	enqueue(works: readonly Work[]): void {
		const now = this.#options.clock.now();
		for (const work of works) {
			work.queuedAtMs = now;
			this.queue.push(work);
		}
		this.#drain().catch((error: unknown) => this.#giveUp(error));
	}

	/** Runs until nothing waits; a call while one is under way has nothing to do. */
	async #drain(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		try {
			while (this.queue.texts > 0) await this.#drainWithOneWorker();
		} finally {
			this.#running = false;
		}
	}

	/** A fault of ours: everyone gets an answer all the same. */
	#giveUp(error: unknown): void {
		this.#options.logger.error('dispatching failed', { error: messageOf(error) });
		for (const work of this.queue.takeAll()) work.reject(toEmbedError(error));
	}

	async #drainWithOneWorker(): Promise<void> {
		let lease: Lease;
		try {
			lease = await this.#options.slot.acquire();
			this.#loadDeaths = 0;
		} catch (error) {
			// Killed by chance, perhaps: that is worth another start, and costs no request.
			if (toEmbedError(error).code === 'worker_died' && ++this.#loadDeaths < MAX_LOAD_DEATHS) return;
			this.#loadDeaths = 0;
			for (const work of this.queue.takeAll()) work.reject(toEmbedError(error));
			return;
		}
		try {
			const maxRows = lease.model.batching === 'single' ? 1 : Number.POSITIVE_INFINITY;
			while (this.queue.texts > 0) {
				const works = this.queue.takeBatch({ maxBatchTokens: this.#options.maxBatchTokens, maxRows });
				if (!(await this.#runBatch(lease, works))) return;
			}
		} finally {
			lease.release();
		}
	}

	/** @returns whether the worker can go on */
	async #runBatch(lease: Lease, works: readonly Work[]): Promise<boolean> {
		const startMs = this.#options.clock.now();
		let answer: RunAnswer;
		try {
			answer = await lease.worker.run(toBatch(works.map((work) => work.ids!)));
		} catch (error) {
			return this.#recover(lease, toEmbedError(error), works);
		}
		this.#lastForwardAtMs = this.#options.clock.now();
		this.#settle(works, answer, startMs, lease.model.dimensions);
		return true;
	}

	#settle(works: readonly Work[], answer: RunAnswer, startMs: number, dimensions: number): void {
		const nonFinite = new Set(answer.nonFiniteRows);
		const retry: Work[] = [];
		works.forEach((work, row) => {
			if (nonFinite.has(row)) {
				if (works.length > 1) retry.push(work);
				else work.reject(nonFiniteError());
				return;
			}
			work.resolve({
				// A copy: a view would keep the whole batch in memory as long as one vector of it is cached.
				vector: answer.vectors.slice(row * dimensions, (row + 1) * dimensions),
				tokens: work.tokens,
				tokenizeMs: work.tokenizeMs,
				queueMs: startMs - work.queuedAtMs,
				inferenceMs: answer.inferenceMs,
			});
		});
		this.#retryAlone(retry);
	}

	#recover(lease: Lease, error: EmbedError, works: readonly Work[]): boolean {
		const { logger, slot } = this.#options;
		if (error.code === 'worker_died') {
			logger.warn('worker died during a run', { texts: works.length });
			slot.discard(lease.worker, 'its process ended during a run');
			for (const work of works) countDeath(work, works.length > 1);
			const [lost, rest] = [works.filter(isConvicted), works.filter((work) => !isConvicted(work))];
			for (const work of lost) work.reject(convictedError());
			this.queue.putBack(rest.filter((work) => work.isWanted));
			return false;
		}
		logger.warn('run failed', { texts: works.length, error: error.message });
		if (works.length === 1) works[0]!.reject(error);
		else this.#retryAlone(works);
		return true;
	}

	#retryAlone(works: readonly Work[]): void {
		for (const work of works) work.alone = true;
		this.queue.putBack(works.filter((work) => work.isWanted));
	}
}

function countDeath(work: Work, inCompany: boolean): void {
	if (!inCompany) work.deathsAlone++;
	else if (++work.deathsInCompany >= MAX_DEATHS_IN_COMPANY) work.alone = true;
}

function isConvicted(work: Work): boolean {
	return work.deathsAlone >= MAX_DEATHS_ALONE;
}

function convictedError(): EmbedError {
	return new EmbedError(
		'inference_failed',
		`The model’s process ended each of the ${MAX_DEATHS_ALONE} times that it ran this text alone. Change or shorten the text`,
	);
}

function nonFiniteError(): EmbedError {
	return new EmbedError(
		'non_finite_vector',
		'The model answers this text with NaN or infinity, also when it runs alone. Change the text, or use a model file of higher precision',
	);
}
