import { EmbedError } from '../../runtime/base/errors';
import type { WorkerRole } from '../../runtime/schedule/assign-lane';
import type { TokenBatch } from '../../runtime/session/batch';
import { toRows } from '../../runtime/session/batch';
import type { LoadedModel } from '../../runtime/session/embedder';
import type { ModelWorker, RunAnswer } from '../../runtime/workers/session-worker';
import { gate } from './async';
import { vectorOf } from './fake-vectors';

/** What becomes of a run: an answer, a refusal, the worker’s end, or an answer in which some rows are not finite. */
export type Fate = 'answer' | 'fail' | 'die' | { readonly nonFiniteRows: readonly number[] };

export interface FakeModel {
	readonly dimensions?: number;
	/** `single`: company changes a vector, which the self-test finds. */
	readonly batching?: 'batched' | 'single';
	/** Throws to refuse the load; what it returns is waited for. */
	readonly onLoad?: (worker: number) => void | Promise<void>;
	/** Runs of the self-test; default: every run answers. */
	readonly onTest?: (rows: readonly (readonly number[])[]) => Fate | Promise<Fate>;
	/** Default: every run answers. */
	onRun?: (rows: readonly (readonly number[])[], run: number, worker: FakeWorker) => Fate | Promise<Fate>;
}

export const FAKE_INFERENCE_MS = 5;

/** Starts fake workers of one model and records what they did. */
export class FakeFleet {
	readonly workers: FakeWorker[] = [];
	/** Token ids of every batch that was run, over all workers. */
	readonly batches: (readonly (readonly number[])[])[] = [];

	constructor(readonly model: FakeModel = {}) {}

	readonly start = (role: WorkerRole = 'quick'): FakeWorker => {
		const worker = new FakeWorker(this, this.workers.length, role);
		this.workers.push(worker);
		return worker;
	};

	get alive(): number {
		return this.workers.filter((worker) => worker.isAlive).length;
	}

	get last(): FakeWorker {
		return this.workers.at(-1)!;
	}
}

export class FakeWorker implements ModelWorker {
	readonly pid: number;
	readonly exited: Promise<void>;
	isAlive = true;
	loads = 0;
	readonly #fleet: FakeFleet;
	readonly #number: number;
	readonly #exit = gate();
	#last: Promise<unknown> = Promise.resolve();

	constructor(
		fleet: FakeFleet,
		number: number,
		readonly role: WorkerRole,
	) {
		this.#fleet = fleet;
		this.#number = number;
		this.pid = 1_000 + number;
		this.exited = this.#exit.opened;
	}

	async load(): Promise<LoadedModel> {
		this.loads++;
		await this.#unlessItEnds(this.#fleet.model.onLoad?.(this.#number));
		const { dimensions = 64 } = this.#fleet.model;
		return { dimensions, pooling: 'mean', residentBytes: 100 * 2 ** 20 };
	}

	async run(batch: TokenBatch, width?: number): Promise<RunAnswer> {
		const rows = toRows(batch).map((row) => Array.from(row));
		// Only the self-test says how wide its rows are.
		const isTest = width !== undefined;
		const run = isTest ? -1 : this.#fleet.batches.push(rows) - 1;
		// As a process does: one run after another, in the order in which they were sent.
		const answer = this.#last.then(() => (isTest ? this.#test(rows) : this.#answer(rows, run)));
		this.#last = answer.catch(() => {});
		return answer;
	}

	async #answer(rows: readonly (readonly number[])[], run: number): Promise<RunAnswer> {
		if (!this.isAlive) throw died();
		const fate = (await this.#unlessItEnds(this.#fleet.model.onRun?.(rows, run, this))) ?? 'answer';
		if (fate === 'die' || !this.isAlive) {
			this.end();
			throw died();
		}
		if (fate === 'fail') throw new EmbedError('inference_failed', 'The model failed on this text: fake');
		const nonFiniteRows = fate === 'answer' ? [] : fate.nonFiniteRows;
		const { dimensions = 64 } = this.#fleet.model;
		const vectors = new Float32Array(rows.length * dimensions);
		rows.forEach((row, i) => {
			if (!nonFiniteRows.includes(i)) vectors.set(vectorOf(row, dimensions), i * dimensions);
		});
		return { vectors, nonFiniteRows, inferenceMs: FAKE_INFERENCE_MS };
	}

	async #test(rows: readonly (readonly number[])[]): Promise<RunAnswer> {
		const fate = await this.#unlessItEnds(this.#fleet.model.onTest?.(rows));
		if (fate === 'die') {
			this.end();
			throw died();
		}
		if (fate === 'fail') throw new EmbedError('inference_failed', 'The model failed on this text: fake');
		const { dimensions = 64, batching = 'batched' } = this.#fleet.model;
		const isChanged = batching === 'single' && rows.length > 1;
		const vectors = rows.flatMap((row) => Array.from(vectorOf(isChanged ? [...row, 0] : row, dimensions)));
		return { vectors: Float32Array.from(vectors), nonFiniteRows: [], inferenceMs: FAKE_INFERENCE_MS };
	}

	/** As a kill from outside. */
	end(): void {
		this.isAlive = false;
		this.#exit.open();
	}

	kill(): void {
		this.end();
	}

	async stop(): Promise<void> {
		this.end();
	}

	async #unlessItEnds<T>(work: T | Promise<T>): Promise<T> {
		const ended = this.exited.then((): never => {
			throw died();
		});
		return Promise.race([work, ended]);
	}
}

function died(): EmbedError {
	return new EmbedError('worker_died', 'The model’s process ended unexpectedly (fake)');
}
