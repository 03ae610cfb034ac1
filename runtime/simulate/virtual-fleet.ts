import type { Clock } from '../base/clock';
import type { ScalingPolicy } from './policy';
import { GpuAccount, type VirtualWorker } from './virtual-worker';

/** A change of the number of workers, and why. */
export interface LoggedDecision {
	readonly atMs: number;
	readonly workers: number;
	readonly reason: string;
}

export interface VirtualFleetOptions {
	readonly policy: ScalingPolicy;
	readonly clock: Clock;
	readonly loadMs: number;
	/** Whether one of several workers is kept for single texts at this moment. */
	readonly keepsOneForSingles: () => boolean;
	/** A worker was loaded. */
	readonly onReady: () => void;
}

/** The workers of the simulation: started and retired as a policy says, and paid for meanwhile. */
export class VirtualFleet {
	readonly #options: VirtualFleetOptions;
	/** Oldest first; the first is the one that may be kept for single texts. */
	readonly #workers: VirtualWorker[] = [];
	readonly account = new GpuAccount();
	readonly decisions: LoggedDecision[] = [];
	/** Workers that were started, those of the beginning apart. */
	starts = 0;
	/** Starts while no worker was there. */
	coldStarts = 0;
	/** How long the last worker took to load; null before the first. */
	loadMs: number | null = null;

	constructor(options: VirtualFleetOptions) {
		this.#options = options;
		const { policy, clock, loadMs } = options;
		for (let i = 0; i < policy.firstWorkers; i++)
			this.#workers.push({ state: 'ready', runningTexts: 0, startedAtMs: clock.now(), idleSinceMs: clock.now() });
		if (policy.firstWorkers > 0) this.loadMs = loadMs;
		this.account.changed(clock.now(), this.#workers.length);
	}

	get size(): number {
		return this.#workers.length;
	}

	get ready(): readonly VirtualWorker[] {
		return this.#workers.filter(({ state }) => state === 'ready');
	}

	/** The worker that is kept for single texts while there are others; null where all do everything. */
	get quick(): VirtualWorker | null {
		return (this.#options.keepsOneForSingles() && this.#workers[0]) || null;
	}

	/** Loaded workers beside the quick one; 0 where all do everything. */
	get readyBulkWorkers(): number {
		const { quick } = this;
		return quick === null ? 0 : this.ready.filter((worker) => worker !== quick).length;
	}

	/** Loaded workers that share what is to be done. */
	get serving(): readonly VirtualWorker[] {
		const { quick, ready } = this;
		return quick !== null && this.readyBulkWorkers > 0 ? ready.filter((worker) => worker !== quick) : ready;
	}

	/** Of those that may go, the one that was idle longest: the quick worker goes last. */
	get nextToGo(): VirtualWorker | null {
		const { quick } = this;
		const may = quick !== null && this.size > 1 ? this.#workers.filter((worker) => worker !== quick) : this.#workers;
		const idle = may.filter(({ state, runningTexts }) => state === 'ready' && runningTexts === 0);
		return idle.reduce<VirtualWorker | null>(
			(longest, worker) => (longest && longest.idleSinceMs <= worker.idleSinceMs ? longest : worker),
			null,
		);
	}

	/** Starts or retires until there are so many; only idle ones go. */
	scaleTo(workers: number, reason: string): void {
		const before = this.size;
		while (this.size < workers) this.#start();
		while (this.size > workers && this.#retire());
		if (this.size === before) return;
		const atMs = this.#options.clock.now();
		this.decisions.push({ atMs, workers: this.size, reason });
		this.account.changed(atMs, this.size);
	}

	/** The day is over: what is still there is paid for until now. */
	close(): void {
		const atMs = this.#options.clock.now();
		for (const worker of this.#workers.splice(0)) this.account.ended(worker, atMs);
	}

	#start(): void {
		const { clock, loadMs, onReady } = this.#options;
		this.starts++;
		if (this.size === 0) this.coldStarts++;
		const worker: VirtualWorker = { state: 'loading', runningTexts: 0, startedAtMs: clock.now(), idleSinceMs: 0 };
		this.#workers.push(worker);
		clock.after(loadMs, () => {
			worker.state = 'ready';
			worker.idleSinceMs = clock.now();
			this.loadMs = loadMs;
			onReady();
		});
	}

	#retire(): boolean {
		const worker = this.nextToGo;
		if (worker === null) return false;
		this.#workers.splice(this.#workers.indexOf(worker), 1);
		this.account.ended(worker, this.#options.clock.now());
		return true;
	}
}
