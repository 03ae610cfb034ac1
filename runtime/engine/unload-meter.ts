import type { Clock, Timer } from '../base/clock';
import type { UnloadReport } from '../base/provider';
import type { ReadDevices } from '../machine/nvidia-smi';
import type { ProcessMemory, ReadProcessMemory } from '../machine/process-memory';

export interface UnloadMeterOptions {
	readonly clock: Clock;
	readonly read: ReadProcessMemory;
	readonly readDevices: ReadDevices;
	/** The host’s process. */
	readonly hostPid: number;
	/** What the host keeps on purpose, its caches: it is no part of a load. */
	readonly keptBytes: () => number;
	/** Gives back what the host can do without; called before each look. */
	readonly giveBack: () => Promise<void>;
	/** A figure is final, at the latest after {@link LONGEST_LOOK_MS}. */
	readonly onSettled: (report: UnloadReport) => void;
}

/** Of what a load took, so much counts as all: the system deals in pages, and the host lives on meanwhile. */
const RETURNED_SHARE = 0.98;
const FIRST_LOOK_MS = 50;
/** The tokenizer’s threads, where they are still needed, end after ten seconds. */
const LONGEST_LOOK_MS = 30_000;

interface Leaving {
	readonly reason: string;
	readonly startMs: number;
	readonly pids: number[];
	/** Null: the system does not say. */
	workerBytes: number | null;
	hostBytes: number | null;
	deviceBytes: number | null;
	source: string;
}

/** Measures what a load took, and looks until its unload has given that back: workers and the host’s own growth alike. */
export class UnloadMeter {
	readonly #options: UnloadMeterOptions;
	/** What the host held before the first worker was started. */
	#hostBeforeBytes: number | null = null;
	#leaving: Leaving | null = null;
	#timer: Timer | null = null;
	#report: UnloadReport | null = null;

	constructor(options: UnloadMeterOptions) {
		this.#options = options;
	}

	/** The latest unload, as far as it was looked at. */
	get report(): UnloadReport | null {
		return this.#report;
	}

	/** Before the first worker is started. A look that is still going on at an earlier unload ends. */
	async beforeLoad(): Promise<void> {
		this.#stopLooking();
		this.#hostBeforeBytes = (await this.#host())?.bytes ?? null;
	}

	/** A worker is about to be told to go: the last moment at which it can be measured. @returns what it holds, if known */
	async beforeExit(pid: number, reason: string): Promise<ProcessMemory | null> {
		const { clock, read, readDevices } = this.#options;
		this.#stopLooking();
		const leaving = (this.#leaving ??= newLeaving(reason, clock.now()));
		leaving.pids.push(pid);
		const [memory, host, devices] = await Promise.all([read(pid), this.#host(), readDevices()]);
		leaving.hostBytes = host?.bytes ?? null;
		leaving.source = memory ? sourceOf(memory.source) : 'unknown: this system does not say';
		if (memory) leaving.workerBytes = (leaving.workerBytes ?? 0) + memory.residentBytes;
		const deviceBytes = devices.bytesByPid.get(pid);
		if (deviceBytes !== undefined) leaving.deviceBytes = (leaving.deviceBytes ?? 0) + deviceBytes;
		return memory;
	}

	/** A worker is gone; others are still there. */
	forget(): void {
		this.#leaving = null;
	}

	/** The last worker is gone. */
	async gone(): Promise<void> {
		const leaving = this.#leaving;
		this.#leaving = null;
		if (leaving) await this.#look(leaving, FIRST_LOOK_MS);
	}

	async #look(leaving: Leaving, nextLookMs: number): Promise<void> {
		const { clock, giveBack, onSettled } = this.#options;
		// Each time: what is garbage only after the next collection, code that has become old for instance, goes then.
		await giveBack();
		const report = await this.#measure(leaving);
		this.#report = report;
		const isOver = report.returnedShare === null || report.seconds * 1000 + nextLookMs > LONGEST_LOOK_MS;
		if (report.isReturned || isOver) return onSettled(report);
		this.#timer = clock.after(nextLookMs, () => void this.#look(leaving, 2 * nextLookMs));
	}

	async #measure(leaving: Leaving): Promise<UnloadReport> {
		const { read, readDevices, clock } = this.#options;
		const [host, devices, ...workers] = await Promise.all([this.#host(), readDevices(), ...leaving.pids.map(read)]);
		const workerLeftBytes = workers.reduce((sum, memory) => sum + (memory?.residentBytes ?? 0), 0);
		const deviceLeftBytes = leaving.pids.reduce((sum, pid) => sum + (devices.bytesByPid.get(pid) ?? 0), 0);
		const before = this.#hostBeforeBytes;
		const growthOf = (bytes: number | null) => (bytes === null || before === null ? 0 : Math.max(0, bytes - before));
		const loadedBytes = leaving.workerBytes === null ? null : leaving.workerBytes + growthOf(leaving.hostBytes);
		const returnedBytes =
			loadedBytes === null ? null : Math.max(0, loadedBytes - workerLeftBytes - growthOf(host?.bytes ?? null));
		const returnedShare = loadedBytes === null ? null : Math.round((1000 * returnedBytes!) / loadedBytes) / 1000;
		return {
			reason: leaving.reason,
			loadedBytes,
			returnedBytes,
			returnedShare,
			isReturned: returnedShare !== null && returnedShare >= RETURNED_SHARE,
			seconds: Math.round(clock.now() - leaving.startMs) / 1000,
			source: leaving.source,
			deviceReturnedBytes: leaving.deviceBytes === null ? null : leaving.deviceBytes - deviceLeftBytes,
			deviceSource: devices.source,
		};
	}

	/** Without the pages of files, which it shares with its workers and the system can drop: those are counted with them. */
	async #host(): Promise<{ readonly bytes: number } | null> {
		const { read, hostPid, keptBytes } = this.#options;
		const memory = await read(hostPid);
		return memory && { bytes: memory.ownBytes - keptBytes() };
	}

	#stopLooking(): void {
		this.#timer?.cancel();
		this.#timer = null;
	}
}

function newLeaving(reason: string, startMs: number): Leaving {
	const nothing = { workerBytes: null, hostBytes: null, deviceBytes: null };
	return { reason, startMs, pids: [], ...nothing, source: 'unknown' };
}

function sourceOf(source: 'pss' | 'rss'): string {
	return source === 'pss' ? 'proportional set size of /proc' : 'resident set size of /proc';
}
