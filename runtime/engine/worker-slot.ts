import type { Clock, Timer } from '../base/clock';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { ModelSpec } from '../model/folder';
import type { LoadedModel } from '../session/embedder';
import type { TokenBatch } from '../session/batch';
import type { ModelWorker } from '../workers/session-worker';
import type { ModelLife } from './model-state';

export interface WorkerSlotOptions {
	readonly spec: ModelSpec;
	readonly life: ModelLife;
	readonly threads: number;
	readonly startWorker: () => ModelWorker;
	/** Token ids of the self-test’s texts. */
	readonly samples: () => Promise<TokenBatch>;
	readonly clock: Clock;
	readonly logger: Logger;
}

/** The right to use a loaded worker. */
export interface Lease {
	readonly worker: ModelWorker;
	readonly model: LoadedModel;
	/** Idempotent. */
	release(): void;
}

interface Loaded {
	readonly worker: ModelWorker;
	readonly model: LoadedModel;
}

/** Holds a model’s worker: starts it when it is first needed, ends it when it is no longer. */
export class WorkerSlot {
	readonly #options: WorkerSlotOptions;
	/** The load under way or done; null while cold or failed. Callers who come together share it. */
	#loading: Promise<Loaded> | null = null;
	#worker: ModelWorker | null = null;
	#model: LoadedModel | null = null;
	#leases = 0;
	/** The worker stays at least until then: the latest of all wishes. */
	#unloadAtMs = 0;
	#idleTimer: Timer | null = null;
	loadMs: number | null = null;

	constructor(options: WorkerSlotOptions) {
		this.#options = options;
	}

	get worker(): ModelWorker | null {
		return this.#worker;
	}

	/** What the model turned out to be the last time it was loaded. */
	get model(): LoadedModel | null {
		return this.#model;
	}

	/** Milliseconds until the idle worker ends; null while it is in use or gone. */
	get unloadInMs(): number | null {
		return this.#idleTimer ? Math.max(0, this.#unloadAtMs - this.#options.clock.now()) : null;
	}

	/** @throws EmbedError why the model does not load; the next call tries again */
	async acquire(): Promise<Lease> {
		this.#leases++;
		this.#idleTimer?.cancel();
		this.#idleTimer = null;
		let released = false;
		const release = () => {
			if (released) return;
			released = true;
			if (--this.#leases === 0) this.#rest();
		};
		const loading = (this.#loading ??= this.#load());
		try {
			return { ...(await loading), release };
		} catch (error) {
			if (this.#loading === loading) this.#loading = null;
			release();
			throw error;
		}
	}

	/** Keeps the worker until `idleMs` from now; among several wishes the longest wins. */
	keepFor(idleMs: number): void {
		this.#unloadAtMs = Math.max(this.#unloadAtMs, this.#options.clock.now() + idleMs);
		if (this.#leases === 0) this.#rest();
	}

	async unload(reason: string): Promise<void> {
		this.#idleTimer?.cancel();
		this.#idleTimer = null;
		this.#unloadAtMs = 0;
		const worker = this.#worker;
		if (!worker) return;
		this.discard(worker, reason);
		await worker.stop();
	}

	async #load(): Promise<Loaded> {
		const { spec, life, threads, startWorker, samples, clock } = this.#options;
		const start = clock.now();
		life.move('loading', 'a request needs it');
		let worker: ModelWorker | null = null;
		try {
			worker = startWorker();
			this.#worker = worker;
			const started = worker;
			void started.exited.then(() => this.discard(started, 'its process ended unexpectedly'));
			const model = await started.load({ spec, threads, samples: await samples() });
			this.loadMs = clock.now() - start;
			this.#model = model;
			life.move('ready', describe(model));
			return { worker, model };
		} catch (error) {
			this.#worker = null;
			if (life.state === 'loading') life.move('failed', messageOf(error));
			await worker?.stop();
			throw error;
		}
	}

	/** The worker is gone or about to go: the next use starts another. Idempotent. */
	discard(worker: ModelWorker, reason: string): void {
		if (this.#worker !== worker) return;
		this.#worker = null;
		this.#idleTimer?.cancel();
		this.#idleTimer = null;
		if (this.#options.life.state !== 'ready') return;
		this.#loading = null;
		this.#options.life.move('cold', reason);
	}

	#rest(): void {
		this.#idleTimer?.cancel();
		this.#idleTimer = null;
		if (!this.#worker) return;
		const { clock, logger } = this.#options;
		const idleMs = Math.max(0, this.#unloadAtMs - clock.now());
		this.#idleTimer = clock.after(idleMs, () => {
			this.unload('idle').catch((error: unknown) => logger.error('unload failed', { error: messageOf(error) }));
		});
	}
}

function describe({ batching, selfTest }: LoadedModel): string {
	return batching === 'batched'
		? 'loaded'
		: `loaded; every text runs alone, since in company its vector changes (lowest cosine ${selfTest.lowestCosine.toFixed(5)})`;
}
