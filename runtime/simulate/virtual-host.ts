import type { Clock, Timer } from '../base/clock';
import type { Priority } from '../base/provider';
import { assignLane, keepsOneForSingles } from '../schedule/assign-lane';
import { STABLE_WINDOW_MS } from '../schedule/autoscale';
import { BusyMeter } from '../schedule/busy-meter';
import { DemandMeter } from '../schedule/demand';
import type { BatchLimits } from '../schedule/fit-batch';
import { MAX_RUN_MS, maxRunMs } from '../schedule/run-length';
import { WorkQueue, type Waiting } from '../schedule/work-queue';
import type { Arrival } from './arrival';
import type { FleetView, ScalingPolicy } from './policy';
import { runMs, tokensWithin, type Service } from './service';
import { VirtualFleet } from './virtual-fleet';
import type { VirtualWorker } from './virtual-worker';

interface VirtualText extends Waiting {
	readonly atMs: number;
}

/** What became of a text. */
export interface Served {
	readonly lane: Priority;
	/** From its arrival to the start of its run. */
	readonly waitMs: number;
	/** From its arrival to the end of its run. */
	readonly answerMs: number;
}

export interface VirtualHostOptions {
	readonly policy: ScalingPolicy;
	readonly service: Service;
	readonly clock: Clock;
	readonly onServed: (served: Served) => void;
}

/** Padding that a row may add, in tokens: what the host allows before it knows better. */
const MAX_PADDING_TOKENS = 8;

/**
 * The host’s scheduling in virtual time: its queue, lanes, batches, lengths of runs and meters are the host’s own
 * functions; a run takes as long as the service says.
 */
export class VirtualHost {
	readonly #options: VirtualHostOptions;
	/** Longer texts never fit into a run beside another; that they are alone spares the search for company. */
	readonly #aloneTokens: number;
	readonly fleet: VirtualFleet;
	readonly #queue = new WorkQueue<VirtualText>();
	readonly #demand: DemandMeter;
	readonly #meter: BusyMeter;
	readonly #running: Record<Priority, number> = { interactive: 0, bulk: 0 };
	/** Since when bulk texts have been waiting without a break. */
	#waitingSinceMs: number | null = null;
	#lookAgain: Timer | null = null;

	constructor(options: VirtualHostOptions) {
		this.#options = options;
		const { policy, clock, service } = options;
		this.#demand = new DemandMeter(clock);
		this.fleet = new VirtualFleet({
			policy,
			clock,
			loadMs: service.loadMs,
			keepsOneForSingles: () =>
				policy.keepForSinglesMs > 0 &&
				(this.#queue.lane('interactive').texts > 0 ||
					keepsOneForSingles({
						sharesCores: false,
						quietMs: this.#demand.quietMs,
						keepMs: policy.keepForSinglesMs,
					})),
			onReady: () => this.#advance(),
		});
		this.#aloneTokens = tokensWithin(service, MAX_RUN_MS) / 2;
		this.#meter = new BusyMeter(clock, STABLE_WINDOW_MS);
		this.#advance();
	}

	get isIdle(): boolean {
		return this.#queue.texts === 0 && this.#running.interactive + this.#running.bulk === 0;
	}

	/** Texts that come at the same moment; the bulk ones are one job. */
	take(arrivals: readonly Arrival[]): void {
		const job = {};
		for (const { atMs, tokens, lane } of arrivals)
			this.#queue.push({
				atMs,
				tokens,
				lane,
				alone: tokens > this.#aloneTokens,
				suspects: null,
				job: lane === 'bulk' ? job : {},
			});
		this.#advance();
	}

	#advance(): void {
		for (const worker of this.fleet.ready) if (worker.runningTexts === 0) this.#startRun(worker);
		const serving = this.fleet.serving;
		this.#meter.set(serving.filter(({ runningTexts }) => runningTexts > 0).length, serving.length);
		this.#scale();
	}

	#scale(): void {
		const { policy, clock } = this.#options;
		const bulkTexts = this.#queue.lane('bulk').texts;
		this.#waitingSinceMs = bulkTexts === 0 ? null : (this.#waitingSinceMs ?? clock.now());
		const { workers, reason, lookAgainMs } = policy.decide(this.#view());
		this.fleet.scaleTo(workers, reason);
		this.#lookAgain?.cancel();
		// As coarse as a real timer, so that no rounding error makes it due before its time for ever.
		const delayMs = lookAgainMs === null ? null : Math.max(1, Math.ceil(lookAgainMs));
		this.#lookAgain = delayMs === null ? null : clock.after(delayMs, () => this.#advance());
	}

	#view(): FleetView {
		const { clock, service } = this.#options;
		const { fleet } = this;
		const nowMs = clock.now();
		const readyWorkers = fleet.ready.length;
		const next = fleet.nextToGo;
		return {
			nowMs,
			readyWorkers,
			loadingWorkers: fleet.size - readyWorkers,
			servingWorkers: fleet.serving.length,
			waitingTexts: this.#queue.texts,
			runningTexts: this.#running.interactive + this.#running.bulk,
			drainMs: this.#queue.tokens === 0 ? 0 : (this.#queue.tokens * service.msPerToken) / fleet.servingWhenLoaded,
			waitedMs: nowMs - (this.#waitingSinceMs ?? nowMs),
			isCrowded: this.#demand.demand === 'crowded',
			loadMs: fleet.loadMs,
			idleMs: next === null ? null : nowMs - next.idleSinceMs,
			utilization: (windowMs) => this.#meter.ratio(windowMs),
		};
	}

	#startRun(worker: VirtualWorker): void {
		const { clock, service, onServed } = this.#options;
		const lane = this.#laneFor(worker);
		if (lane === null) return;
		const queue = this.#queue;
		if (lane === 'interactive') this.#demand.look(queue.lane('interactive').texts + this.#running.interactive);
		const texts = queue.takeBatch(lane, this.#limits(worker, lane));
		const paddedTokens = texts.length * texts.reduce((longest, { tokens }) => Math.max(longest, tokens), 0);
		const ms = runMs(service, paddedTokens);
		const startMs = clock.now();
		worker.runningTexts = texts.length;
		this.#running[lane] += texts.length;
		clock.after(ms, () => {
			worker.runningTexts = 0;
			worker.idleSinceMs = clock.now();

			this.#running[lane] -= texts.length;
			this.fleet.account.ran(ms);
			for (const { atMs } of texts) onServed({ lane, waitMs: startMs - atMs, answerMs: clock.now() - atMs });
			this.#advance();
		});
	}

	#laneFor(worker: VirtualWorker): Priority | null {
		const { quick, readyBulkWorkers } = this.fleet;
		return assignLane({
			role: worker === quick ? 'quick' : 'bulk',
			hasQuick: quick?.state === 'ready',
			isQuickKept: true,
			bulkWorkers: readyBulkWorkers,
			demand: this.#demand.demand,
			waiting: { interactive: this.#queue.lane('interactive').texts, bulk: this.#queue.lane('bulk').texts },
			nextLane: this.#queue.nextLane(),
		});
	}

	#limits(worker: VirtualWorker, lane: Priority): BatchLimits {
		const { service } = this.#options;
		const { quick, readyBulkWorkers, ready } = this.fleet;
		const { demand, quietMs } = this.#demand;
		const isQuick = quick === null || worker === quick;
		const ms = maxRunMs({ role: isQuick ? 'quick' : 'bulk', bulkWorkers: readyBulkWorkers, demand, quietMs });
		const boundMs = ms < MAX_RUN_MS ? Math.min(ms, service.maxSharedRunMs) : ms;
		const sharers = quick === null ? ready.length : Math.max(1, readyBulkWorkers);
		return {
			maxBatchTokens: tokensWithin(service, boundMs),
			// Few texts are shared out, as in the host.
			maxRows: worker === quick ? Number.POSITIVE_INFINITY : Math.ceil(this.#queue.lane(lane).texts / sharers),
			maxPaddingTokensPerRow: MAX_PADDING_TOKENS,
		};
	}
}
