import type { Clock } from '../base/clock';
import { EmbedError } from '../base/errors';
import type { ModelSpec } from '../model/folder';
import type { WorkerRole } from '../schedule/assign-lane';
import type { TokenBatch } from '../session/batch';
import type { LoadedModel } from '../session/embedder';
import type { ModelWorker, RunAnswer } from '../workers/session-worker';
import type { Deadlines } from './deadlines';
import { RunWatch } from './run-watch';

export interface WorkerSlotOptions {
	readonly role: WorkerRole;
	readonly spec: ModelSpec;
	readonly threads: number;
	readonly startWorker: (role: WorkerRole) => ModelWorker;
	readonly clock: Clock;
	/** After which what the worker does counts as hung. */
	readonly deadlines: Deadlines;
	/** A worker is about to be told to go; what it resolves to is called when it is gone. */
	readonly onLeaving?: ((pid: number, reason: string) => Promise<() => void>) | undefined;
	/** A loaded worker is gone, or about to go. */
	readonly onGone: (reason: string) => void;
}

export interface RunOptions {
	readonly earlierDeaths?: number;
	readonly width?: number | undefined;
}

/** A place for one worker of a model, and what is known of the worker in it. */
export class WorkerSlot {
	readonly #options: WorkerSlotOptions;
	#worker: ModelWorker | null = null;
	#model: LoadedModel | null = null;
	/** Of the worker that is in it now. */
	#watch: RunWatch | null = null;
	/** Runs sent and not answered. */
	runs = 0;
	/** Runs under way that no text waits for: of the self-test, or to measure. */
	#runsAside = 0;
	/** Runs answered by the worker that is in it now. */
	answered = 0;
	lastAnswerAtMs = 0;
	loadMs: number | null = null;
	#readySinceMs = 0;

	constructor(options: WorkerSlotOptions) {
		this.#options = options;
	}

	get role(): WorkerRole {
		return this.#options.role;
	}

	get threads(): number {
		return this.#options.threads;
	}

	get state(): 'empty' | 'loading' | 'ready' {
		if (this.#model) return 'ready';
		return this.#worker ? 'loading' : 'empty';
	}

	/** Loading or loaded. */
	get worker(): ModelWorker | null {
		return this.#worker;
	}

	/** Null until the worker is loaded. */
	get model(): LoadedModel | null {
		return this.#model;
	}

	/** Since when it has had nothing to do; null while it has, or is not ready. */
	get idleSinceMs(): number | null {
		if (this.state !== 'ready' || this.runs > 0 || this.isBusyAside) return null;
		return Math.max(this.#readySinceMs, this.lastAnswerAtMs);
	}

	get isBusyAside(): boolean {
		return this.#runsAside > 0;
	}

	/**
	 * Runs a batch behind those sent before; a worker that takes far too long for one is killed.
	 * @param earlierDeaths of workers with these texts: the more, the longer it may take
	 * @param width tokens that every row is padded to; default: the longest row’s
	 * @throws EmbedError `worker_died`, or why the run failed
	 */
	async run(batch: TokenBatch, { earlierDeaths = 0, width }: RunOptions = {}): Promise<RunAnswer> {
		const { deadlines, role } = this.#options;
		if (!this.#worker) throw new EmbedError('worker_died', 'The model’s process has ended');
		const paddedTokens = batch.lengths.length * (width ?? Math.max(...batch.lengths));
		const answered = this.#watch?.begin(deadlines.ofRun(role, paddedTokens, earlierDeaths));
		try {
			return await this.#worker.run(batch, width);
		} finally {
			answered?.();
		}
	}

	/**
	 * A run that no text waits for; those sent meanwhile come behind it.
	 * @param width tokens that every row is padded to; default: the longest row’s
	 * @throws EmbedError `worker_died`, or why the run failed
	 */
	async runAside(batch: TokenBatch, width?: number): Promise<RunAnswer> {
		this.#runsAside++;
		try {
			return await this.run(batch, { width });
		} finally {
			this.#runsAside--;
			this.lastAnswerAtMs = this.#options.clock.now();
		}
	}

	/**
	 * Starts a worker in the empty slot and loads the model.
	 * @throws EmbedError why the model does not load; the slot is then empty again
	 */
	async load(): Promise<LoadedModel> {
		const { role, spec, threads, startWorker, clock, deadlines } = this.#options;
		const startMs = clock.now();
		let worker: ModelWorker | null = null;
		try {
			worker = startWorker(role);
			const started = worker;
			this.#worker = started;
			this.#watch = new RunWatch(clock, (ms) => this.#kill(started, ms));
			const answered = this.#watch.begin(deadlines.ofLoad(this.loadMs));
			void started.exited.then(() => this.discard(started, 'its process ended unexpectedly'));
			const model = await started.load({ spec, threads, spin: role === 'quick' });
			answered();
			// Told to go while it was loading: what it loaded is nobody’s.
			if (this.#worker !== started)
				throw new EmbedError('worker_died', 'The model’s process was ended while it loaded');
			this.#readySinceMs = clock.now();
			this.loadMs = this.#readySinceMs - startMs;
			this.answered = 0;
			this.#model = model;
			return model;
		} catch (error) {
			if (worker) this.discard(worker, 'it did not load');
			await worker?.stop();
			throw error;
		}
	}

	/** The slot is empty at once: whether and when the system ends such a process is not waited for. */
	#kill(worker: ModelWorker, deadlineMs: number): void {
		const reason = `its process did not answer within ${Math.round(deadlineMs / 1_000)} s and was killed`;
		this.discard(worker, reason);
		worker.kill(reason);
	}

	/** The worker is gone or about to go: the slot is empty. Idempotent. */
	discard(worker: ModelWorker, reason: string): void {
		if (this.#worker !== worker) return;
		const wasReady = this.#model !== null;
		this.#worker = null;
		this.#model = null;
		this.#watch?.close();
		this.runs = 0;
		if (wasReady) this.#options.onGone(reason);
	}

	/** Ends the worker, if there is one, and waits until it is gone. */
	async stop(reason: string): Promise<void> {
		const worker = this.#worker;
		if (!worker) return;
		const { onLeaving } = this.#options;
		this.discard(worker, reason);
		const left = onLeaving && (await onLeaving(worker.pid, reason));
		await worker.stop();
		left?.();
	}
}
