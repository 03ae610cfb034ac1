import type { Clock, Timer } from '../base/clock';
import { EmbedError, messageOf } from '../base/errors';
import type { ModelSpec } from '../model/folder';
import type { WorkerRole } from '../schedule/assign-lane';
import type { FleetShape } from '../schedule/fleet-shape';
import type { LoadedModel } from '../session/embedder';
import type { SelfTestResult } from '../session/self-test';
import type { ModelWorker } from '../workers/session-worker';
import { admitModel, type FleetMemory } from './admit-model';
import type { Deadlines } from './deadlines';
import type { ModelLife } from './model-state';
import { SelfTesting, type SelfTestingOptions } from './self-testing';
import { WorkerSlot } from './worker-slot';

export interface FleetOptions extends Omit<SelfTestingOptions, 'id'> {
	readonly spec: ModelSpec;
	readonly life: ModelLife;
	readonly shape: FleetShape;
	/** So many stay however long nobody needs them. Default: none. */
	readonly minWorkers?: number;
	readonly startWorker: (role: WorkerRole) => ModelWorker;
	readonly deadlines: Deadlines;
	/** Default: there is room for every model, and nobody measures what it takes. */
	readonly memory?: FleetMemory;
	readonly clock: Clock;
}

/** A bulk worker that could not be started is not tried again for so long. */
const RETRY_BULK_MS = 60_000;

/** The workers of one model: started when they are needed, ended together when nobody has needed them for a while. */
export class Fleet {
	readonly #options: FleetOptions;
	readonly quick: WorkerSlot;
	readonly bulk: readonly WorkerSlot[];
	/** A worker began to load, or is gone. */
	onWorkersChanged: () => void = () => {};
	/** Why the last worker that went was told to, or went. */
	whyGone = '';
	/** The load under way of the quick worker; callers who come together share it. */
	#loading: Promise<void> | null = null;
	/** What the model turned out to be the last time it was loaded. */
	#model: LoadedModel | null = null;
	readonly #selfTesting: SelfTesting;
	/** The self-test under way. */
	#testing: Promise<void> | null = null;
	/** How often all workers were told to go, whatever they were doing. */
	unloads = 0;
	#isUnloading = false;
	#holders = 0;
	#idleSinceMs: number | null;
	/** The workers stay at least until then: the latest of all wishes. */
	#unloadAtMs = 0;
	#idleTimer: Timer | null = null;
	#bulkFailedAtMs = Number.NEGATIVE_INFINITY;

	constructor(options: FleetOptions) {
		const { shape } = options;
		this.#options = options;
		this.#selfTesting = new SelfTesting({ ...options, id: options.spec.id });
		this.#idleSinceMs = options.clock.now();
		this.quick = this.#slot('quick', shape.quickThreads);
		this.bulk = Array.from({ length: shape.bulkWorkers }, () => this.#slot('bulk', shape.bulkThreads));
	}

	get slots(): readonly WorkerSlot[] {
		return [this.quick, ...this.bulk];
	}

	get readyBulkWorkers(): number {
		return this.bulk.filter(({ state }) => state === 'ready').length;
	}

	/** Ready for a batch or busy with one. */
	get ready(): readonly WorkerSlot[] {
		return this.slots.filter(({ state }) => state === 'ready');
	}

	/** The ready ones that share what is to be done; beside bulk workers the quick one waits for single texts. */
	get serving(): readonly WorkerSlot[] {
		const bulk = this.bulk.filter(({ state }) => state === 'ready');
		return bulk.length > 0 ? bulk : this.ready;
	}

	/** How many workers are worth having: the quick one, or it and all the others. */
	get levels(): readonly number[] {
		return this.bulk.length > 0 ? [1, this.slots.length] : [1];
	}

	get id(): string {
		return this.#options.spec.id;
	}

	get isLoaded(): boolean {
		return this.slots.some(({ worker }) => worker !== null);
	}

	/** Process ids of workers that load or are loaded. */
	get pids(): readonly number[] {
		return this.slots.flatMap(({ worker }) => (worker ? [worker.pid] : []));
	}

	/** When the workers were last let go; null while they are in use. */
	get idleSinceMs(): number | null {
		return this.#idleSinceMs;
	}

	get model(): LoadedModel | null {
		return this.#model;
	}

	/** What the self-test found and the next host may rely on; null until the model was tested. */
	get selfTest(): SelfTestResult | null {
		return this.#selfTesting.result;
	}

	/** Whether texts may run together; until the self-test has shown that they may, each runs alone. */
	get batching(): 'batched' | 'single' | null {
		return this.#selfTesting.batching;
	}

	/** Milliseconds until the idle workers end; null while they are in use or gone. */
	get unloadInMs(): number | null {
		return this.#idleTimer ? Math.max(0, this.#unloadAtMs - this.#options.clock.now()) : null;
	}

	/** Loads the quick worker unless it is loaded. @throws EmbedError why it does not load; the next call tries again */
	async open(): Promise<void> {
		if (this.quick.state === 'ready') return;
		await (this.#loading ??= this.#load().finally(() => (this.#loading = null)));
	}

	/** Tests the loaded model, unless that was done; a worker that ends meanwhile leaves the test to the next one. */
	async test(): Promise<void> {
		if (this.#selfTesting.isOver || this.quick.state !== 'ready') return;
		await (this.#testing ??= this.#test().finally(() => (this.#testing = null)));
	}

	/** Whether bulk workers could be started now: there are places, none is being started, and none failed lately. */
	get canGrow(): boolean {
		if (this.quick.state !== 'ready') return false;
		if (this.#options.clock.now() - this.#bulkFailedAtMs < RETRY_BULK_MS) return false;
		return this.bulk.some(({ state }) => state === 'empty') && !this.bulk.some(({ state }) => state === 'loading');
	}

	/** Starts bulk workers (default: all that there may be); one that does not start is logged and missed by nobody. */
	async grow(reason: string, workers = this.bulk.length): Promise<void> {
		const { clock, logger, spec } = this.#options;
		const { unloads } = this;
		const empty = this.bulk.filter(({ state }) => state === 'empty').slice(0, workers);
		logger.info('starting bulk workers', { model: spec.id, workers: empty.length, reason });
		await Promise.all(
			empty.map(async (slot) => {
				try {
					await slot.load();
					this.#becomeReady();
				} catch (error) {
					// Told to go with all the others, it has not failed.
					if (this.unloads !== unloads) return;
					this.#bulkFailedAtMs = clock.now();
					logger.warn('bulk worker not started', { model: spec.id, reason: messageOf(error) });
				}
			}),
		);
		if (this.#holders === 0) this.#rest();
	}

	/** The workers are in use until the returned function is called; calling it again does nothing. */
	hold(): () => void {
		this.#holders++;
		this.#idleSinceMs = null;
		this.#stopIdling();
		let held = true;
		return () => {
			if (!held) return;
			held = false;
			if (--this.#holders > 0) return;
			this.#idleSinceMs = this.#options.clock.now();
			this.#rest();
		};
	}

	/** Keeps the workers until `idleMs` from now; among several wishes the longest wins. */
	keepFor(idleMs: number): void {
		this.#unloadAtMs = Math.max(this.#unloadAtMs, this.#options.clock.now() + idleMs);
		if (this.#holders === 0) this.#rest();
	}

	async unload(reason: string): Promise<void> {
		this.#stopIdling();
		this.#unloadAtMs = 0;
		this.unloads++;
		this.#isUnloading = true;
		const gone = this.slots.map((slot) => slot.stop(reason));
		this.#isUnloading = false;
		this.onWorkersChanged();
		await Promise.all(gone);
	}

	/** The model cannot be used, whatever its workers do: they end, and the state says why. */
	async fail(reason: string): Promise<void> {
		const { life } = this.#options;
		if (life.state === 'loading' || life.state === 'cold') life.move('failed', reason);
		await this.unload(reason);
		if (life.state === 'cold') life.move('failed', reason);
	}

	#slot(role: WorkerRole, threads: number): WorkerSlot {
		const { memory } = this.#options;
		const onLeaving = memory && ((pid: number, reason: string) => memory.leaving(pid, reason));
		const onGone = (reason: string) => this.#onGone(reason);
		return new WorkerSlot({ ...this.#options, role, threads, onLeaving, onGone });
	}

	async #load(): Promise<void> {
		const { life } = this.#options;
		// Without a turn in between where nobody is to be asked.
		const release = this.#options.memory && !this.isLoaded ? await this.#admit(this.#options.memory) : null;
		// Beside bulk workers that go on, only the quick one is replaced: the model stays ready.
		if (life.state !== 'ready') life.move('loading', 'a request needs it');
		try {
			this.#model = await this.quick.load();
		} catch (error) {
			if (this.ready.length === 0 && life.state !== 'failed') life.move('failed', messageOf(error));
			throw error;
		} finally {
			release?.();
		}
		this.#becomeReady();
	}

	/** Room for the first worker; what later ones may take, who starts them knows. @throws EmbedError why there is none */
	async #admit(memory: FleetMemory): Promise<() => void> {
		const { unloads } = this;
		const release = await admitModel(memory, this.#options.life);
		if (this.unloads === unloads) return release;
		release();
		throw new EmbedError('worker_died', 'The model was told to go before its process was started');
	}

	/** A worker was loaded, whatever became of the others meanwhile. */
	#becomeReady(): void {
		const { life } = this.#options;
		if (life.state === 'cold' || life.state === 'failed') life.move('loading', 'a worker was being loaded');
		if (life.state === 'loading') life.move('ready', this.#selfTesting.describe());
	}

	async #test(): Promise<void> {
		const { life } = this.#options;
		const { unloads } = this;
		// Through once, it need not be done again; an idle model waits for that.
		const release = this.hold();
		await this.#selfTesting.run(this.quick, this.#model!.dimensions, () => this.unloads !== unloads).finally(release);
		if (this.#selfTesting.isOver && life.state === 'ready') life.explain(this.#selfTesting.describe());
	}

	#onGone(reason: string): void {
		const { life } = this.#options;
		this.whyGone = reason;
		if (!this.isLoaded) this.#stopIdling();
		if (this.ready.length === 0 && life.state === 'ready') life.move('cold', reason);
		// All of them go: that is one change.
		if (!this.#isUnloading) this.onWorkersChanged();
	}

	#rest(): void {
		this.#stopIdling();
		if (!this.isLoaded || (this.#options.minWorkers ?? 0) > 0) return;
		const { clock, logger } = this.#options;
		const idleMs = Math.max(0, this.#unloadAtMs - clock.now());
		this.#idleTimer = clock.after(idleMs, () => {
			this.unload('idle').catch((error: unknown) => logger.error('unload failed', { error: messageOf(error) }));
		});
	}

	#stopIdling(): void {
		this.#idleTimer?.cancel();
		this.#idleTimer = null;
	}
}
