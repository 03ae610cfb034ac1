import type { Clock, Timer } from '../base/clock';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import {
	decideWorkers,
	FIRST_MEMORY,
	SHORT_WINDOW_MS,
	STABLE_WINDOW_MS,
	type ScalingDecision,
	type ScalingView,
} from '../schedule/autoscale';
import { BusyMeter } from '../schedule/busy-meter';
import type { BatchSizes } from './batch-sizes';
import type { Fleet } from './fleet';
import { ScalingLog } from './scaling-log';
import type { WorkerSlot } from './worker-slot';

export interface ScalingLimits {
	readonly minWorkers: number;
	/** A worker that was idle for so long is retired, if it is not the last: that one waits for the fleet’s own timer. */
	readonly idleTimeoutMs: number;
	/** 0 to 1. */
	readonly targetUtilization: number;
}

/** What there is to do at this moment. */
export interface ScalingDemand {
	/** In both lanes. */
	readonly queuedTokens: number;
	readonly bulkTexts: number;
	/** Texts wait, run or are about to come. */
	readonly isWanted: boolean;
	readonly isCrowded: boolean;
}

export interface AutoscalerOptions {
	readonly fleet: Fleet;
	readonly sizes: BatchSizes;
	readonly limits: ScalingLimits;
	/** Bytes that further workers could take. */
	readonly availableBytes: () => number;
	readonly demand: () => ScalingDemand;
	/** Whether one that died may be replaced already. */
	readonly mayStart: () => boolean;
	/** Starts the first worker. */
	readonly open: () => void;
	readonly clock: Clock;
	readonly logger: Logger;
	/** Workers were loaded, or could not be. */
	readonly onChange: () => void;
}

/** Of the memory that is left, some stays for others. */
const USABLE_SHARE = 0.8;

/** A first worker that nobody waits for, and that ended or did not load, is not started again before. */
const REOPEN_MS = 60_000;

/** Starts and retires a model’s workers as {@link decideWorkers} says: at every change, and when time alone may matter. */
export class Autoscaler {
	readonly #options: AutoscalerOptions;
	readonly #meter: BusyMeter;
	readonly #log = new ScalingLog();
	#memory = FIRST_MEMORY;
	#timer: Timer | null = null;
	/** Since when bulk texts have been waiting without a break. */
	#waitingSinceMs: number | null = null;
	/** At the last look. */
	#workers = 0;
	/** Of a change that was begun and is not yet seen. */
	#reason: string | null = null;
	#isStopped = false;
	#isResting = false;
	#openedAtMs = Number.NEGATIVE_INFINITY;

	constructor(options: AutoscalerOptions) {
		this.#options = options;
		this.#meter = new BusyMeter(options.clock, STABLE_WINDOW_MS);
		options.fleet.onWorkersChanged = () => this.look();
	}

	/** The latest changes, oldest first. */
	get events() {
		return this.#log.events;
	}

	/** Of the serving workers, over the last seconds; null while there is not enough to tell. */
	get utilization(): number | null {
		return this.#meter.ratio(SHORT_WINDOW_MS);
	}

	/** Decides anew. */
	look(): void {
		if (this.#isStopped) return;
		this.#note();
		const decision = decideWorkers(this.#view(), this.#memory);
		this.#memory = decision.memory;
		this.#timer?.cancel();
		const { lookAgainMs } = decision;
		this.#timer = lookAgainMs === null ? null : this.#options.clock.after(lookAgainMs, () => this.look());
		this.#apply(decision);
	}

	/** Somebody wants the workers gone: the least number of them is not restored before the next text. */
	rest(): void {
		this.#isResting = true;
	}

	/** No worker is started or retired any more. */
	stop(): void {
		this.#isStopped = true;
		this.#timer?.cancel();
	}

	#apply({ workers, reason }: ScalingDecision): void {
		const { fleet } = this.#options;
		const before = this.#workers;
		if (workers === before) return;
		this.#reason = reason;
		if (workers > before) {
			if (fleet.quick.state === 'empty') this.#openIfMissed();
			else this.#grow(workers - before, reason);
		} else void this.#retire(reason);
		this.#note();
	}

	/** Texts that wait open it themselves, at once; without any it is opened for the least number of workers. */
	#openIfMissed(): void {
		const { limits, demand, clock, open } = this.#options;
		if (limits.minWorkers === 0 || demand().isWanted) return;
		const waitMs = this.#openedAtMs + REOPEN_MS - clock.now();
		if (waitMs <= 0) {
			this.#openedAtMs = clock.now();
			open();
		}
		this.#timer?.cancel();
		this.#timer = clock.after(Math.max(waitMs, SHORT_WINDOW_MS), () => this.look());
	}

	#grow(workers: number, reason: string): void {
		const { fleet, logger, onChange } = this.#options;
		fleet
			.grow(reason, workers)
			.then(onChange)
			.catch((error: unknown) => logger.error('workers not started', { error: messageOf(error) }));
	}

	#retire(reason: string): Promise<void> | undefined {
		const { fleet, logger } = this.#options;
		const slot = this.#nextToGo;
		logger.info('retiring a worker', { model: fleet.id, pid: slot?.worker?.pid, reason });
		return slot?.stop(reason).catch((error: unknown) => logger.error('worker not ended', { error: messageOf(error) }));
	}

	/** What changed since the last look, and why. */
	#note(): void {
		const { fleet, clock, demand } = this.#options;
		const { bulkTexts } = demand();
		this.#waitingSinceMs = bulkTexts === 0 ? null : (this.#waitingSinceMs ?? clock.now());
		const serving = fleet.serving;
		this.#meter.set(serving.filter(({ runs }) => runs > 0).length, serving.length);
		const workers = fleet.pids.length;
		if (workers === this.#workers) return;
		const why = this.#reason ?? (this.#workers === 0 ? 'cold start: texts wait' : fleet.whyGone);
		this.#log.add(this.#workers, workers, why);
		this.#workers = workers;
		this.#reason = null;
	}

	#view(): ScalingView {
		const { fleet, sizes, limits, clock, demand } = this.#options;
		const { queuedTokens, isWanted, isCrowded } = demand();
		if (isWanted) this.#isResting = false;
		const now = clock.now();
		const serving = fleet.serving;
		const loadingWorkers = fleet.slots.filter(({ state }) => state === 'loading').length;
		const msPerToken = sizes.of(serving[0]?.role ?? 'quick').msPerToken;
		const idleSinceMs = this.#nextToGo?.idleSinceMs ?? null;
		return {
			nowMs: now,
			readyWorkers: this.#workers - loadingWorkers,
			loadingWorkers,
			servingWorkers: serving.length,
			...limits,
			...(this.#isResting && { minWorkers: 0 }),
			levels: fleet.levels,
			workersThatFit: () => this.#workersThatFit,
			isWanted,
			drainMs: msPerToken === null ? null : (queuedTokens * msPerToken) / Math.max(1, serving.length + loadingWorkers),
			waitedMs: now - (this.#waitingSinceMs ?? now),
			isCrowded,
			loadMs: fleet.quick.loadMs,
			utilization: this.#meter.ratio(SHORT_WINDOW_MS),
			stableUtilization: this.#meter.ratio(STABLE_WINDOW_MS),
			idleMs: idleSinceMs === null ? null : now - idleSinceMs,
		};
	}

	get #workersThatFit(): number {
		const { fleet, availableBytes, mayStart } = this.#options;
		// The first worker may be started however little is known.
		if (!fleet.canGrow || !mayStart()) return fleet.quick.state === 'empty' ? 1 : 0;
		return Math.floor((USABLE_SHARE * availableBytes()) / (fleet.model?.residentBytes || 1));
	}

	/** The one that has been idle longest, of those beside the quick worker. */
	get #nextToGo(): WorkerSlot | null {
		const idle = this.#options.fleet.bulk.filter(({ idleSinceMs }) => idleSinceMs !== null);
		return idle.sort((a, b) => a.idleSinceMs! - b.idleSinceMs!)[0] ?? null;
	}
}
