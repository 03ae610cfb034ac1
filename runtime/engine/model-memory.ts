import type { Clock } from '../base/clock';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { UnloadReport } from '../base/provider';
import type { ReadDevices } from '../machine/nvidia-smi';
import type { ReadProcessMemory } from '../machine/process-memory';
import type { MemoryGate, MemoryMember } from './memory-gate';
import { ResidentMeter } from './resident-meter';
import { UnloadMeter } from './unload-meter';

/** What the models of a host share to know and to bound their memory. */
export interface MemorySurroundings {
	readonly gate: MemoryGate;
	readonly read: ReadProcessMemory;
	readonly readDevices: ReadDevices;
	/** What the host keeps on purpose, its caches. */
	readonly keptBytes: () => number;
	/** Gives back what the host can do without, if no other model is loaded. */
	readonly giveBack: () => Promise<void>;
}

/** The workers whose memory it is. */
export interface MemoryOwner {
	readonly isLoaded: boolean;
	/** Null while they are in use. */
	readonly idleSinceMs: number | null;
	readonly pids: readonly number[];
	unload(reason: string): Promise<void>;
}

export interface ModelMemoryOptions {
	readonly id: string;
	readonly surroundings: MemorySurroundings;
	readonly owner: MemoryOwner;
	readonly weightBytes: number;
	/** Of a worker in an earlier life of the host. */
	readonly measuredBytes: number | null;
	/** An unload was measured: what was learned is worth keeping. */
	readonly onMeasured: () => void;
	readonly clock: Clock;
	readonly logger: Logger;
}

/** The memory of one model: asked for before its first worker, looked at while there are workers, measured when they go. */
export class ModelMemory implements MemoryMember {
	readonly #options: ModelMemoryOptions;
	readonly #resident: ResidentMeter;
	readonly #unload: UnloadMeter;
	/** Workers told to go and not gone yet. */
	#leaving = 0;

	constructor(options: ModelMemoryOptions) {
		const { surroundings, weightBytes, measuredBytes, clock, logger, id, onMeasured } = options;
		this.#options = options;
		this.#resident = new ResidentMeter(surroundings.read, weightBytes, measuredBytes);
		this.#unload = new UnloadMeter({
			...surroundings,
			clock,
			hostPid: process.pid,
			onSettled: (report) => {
				logger.info('memory given back', { model: id, ...report });
				onMeasured();
			},
		});
		surroundings.gate.add(this);
	}

	get id(): string {
		return this.#options.id;
	}

	get isLoaded(): boolean {
		return this.#options.owner.isLoaded;
	}

	get idleSinceMs(): number | null {
		return this.#options.owner.idleSinceMs;
	}

	get heldBytes(): number {
		return this.#resident.total(this.#options.owner.pids);
	}

	get neededBytes(): number {
		return this.#resident.workerBytes;
	}

	/** Of the largest worker seen; null before the first. */
	get measuredBytes(): number | null {
		return this.#resident.measuredBytes;
	}

	get lastUnload(): UnloadReport | null {
		return this.#unload.report;
	}

	/** Of one worker, by the latest look. */
	bytesOf(pid: number): number | null {
		return this.#resident.bytesOf(pid);
	}

	async refresh(): Promise<void> {
		await this.#resident.refresh(this.#options.owner.pids);
	}

	async unload(reason: string): Promise<void> {
		await this.#options.owner.unload(reason);
	}

	/**
	 * Before the first worker is started.
	 * @returns call it once the worker is loaded or has failed
	 * @throws EmbedError `model_too_large` or `memory_in_use`
	 */
	async admit(): Promise<() => void> {
		const release = await this.#options.surroundings.gate.admit(this);
		await this.#unload.beforeLoad();
		return () => {
			release();
			this.refresh().catch((error: unknown) => this.#complain(error));
		};
	}

	/**
	 * Before a worker is told to go. Never throws.
	 * @returns call it when the worker is gone
	 */
	async leaving(pid: number, reason: string): Promise<() => void> {
		this.#leaving++;
		try {
			this.#resident.learn(await this.#unload.beforeExit(pid, reason));
		} catch (error) {
			this.#complain(error);
		}
		return () => {
			this.#leaving--;
			if (this.isLoaded) this.#unload.forget();
			else if (this.#leaving === 0) this.#unload.gone().catch((error: unknown) => this.#complain(error));
		};
	}

	#complain(error: unknown): void {
		this.#options.logger.debug('memory not measured', { model: this.id, reason: messageOf(error) });
	}
}
