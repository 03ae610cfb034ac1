import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import type { MemoryStatus } from '../base/provider';
import type { ReadDevices } from '../machine/nvidia-smi';
import type { ReadProcessMemory } from '../machine/process-memory';
import type { SystemMemory } from '../machine/system-memory';
import type { LocalModel, ModelSurroundings } from './local-model';
import { MemoryGate } from './memory-gate';

export interface MemoryOptions {
	/** Share of the system’s memory that all models together may hold, 0 to 1. */
	readonly share: number;
	/** The same of each device. */
	readonly deviceShare: number;
	readonly system: () => SystemMemory;
	readonly readProcess: ReadProcessMemory;
	readonly readDevices: ReadDevices;
	/** Gives back what the host can do without, now that no model is loaded. */
	readonly giveBack: () => Promise<void>;
}

/** A status may show figures of devices that are so old. */
const DEVICES_STALE_MS = 5_000;

/** The memory that all models of a host share. */
export class EngineMemory {
	readonly #options: MemoryOptions;
	readonly #models: () => readonly LocalModel[];
	readonly #gate: MemoryGate;
	readonly #clock: Clock;
	#devices: { readonly atMs: number; readonly readings: ReturnType<ReadDevices> } | null = null;

	constructor(
		options: MemoryOptions,
		models: () => readonly LocalModel[],
		{ clock, logger }: { readonly clock: Clock; readonly logger: Logger },
	) {
		this.#options = options;
		this.#clock = clock;
		this.#models = models;
		this.#gate = new MemoryGate({ share: options.share, system: options.system, logger });
	}

	/** What each model is to know of it. */
	get surroundings(): Required<Pick<ModelSurroundings, 'availableBytes' | 'memory'>> {
		const { readProcess, readDevices, giveBack } = this.#options;
		return {
			availableBytes: () => this.#gate.roomBytes,
			memory: {
				gate: this.#gate,
				read: readProcess,
				readDevices,
				keptBytes: () => this.#models().reduce((sum, { cacheBytes }) => sum + cacheBytes, 0),
				giveBack: async () => {
					if (!this.#models().some(({ isLoaded }) => isLoaded)) await giveBack();
				},
			},
		};
	}

	/** By a fresh look; at devices at most every {@link DEVICES_STALE_MS}. */
	async status(): Promise<MemoryStatus> {
		const { system, readProcess, deviceShare } = this.#options;
		const [host, { devices, source }] = await Promise.all([
			readProcess(process.pid),
			this.#lookAtDevices(),
			...this.#models().map((model) => model.lookAtMemory()),
		]);
		return {
			...system(),
			budgetBytes: this.#gate.budgetBytes,
			usedBytes: this.#gate.usedBytes,
			hostBytes: host?.residentBytes ?? null,
			devices: devices.map((device) => ({ ...device, budgetBytes: Math.floor(deviceShare * device.totalBytes) })),
			deviceSource: source,
		};
	}

	/** A dashboard asks every second, and each look is two processes. */
	#lookAtDevices(): ReturnType<ReadDevices> {
		const now = this.#clock.now();
		if (this.#devices === null || now - this.#devices.atMs > DEVICES_STALE_MS)
			this.#devices = { atMs: now, readings: this.#options.readDevices() };
		return this.#devices.readings;
	}
}
