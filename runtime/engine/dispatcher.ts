import type { Clock } from '../base/clock';
import { messageOf, toEmbedError, type EmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Priority } from '../base/provider';
import { assignLane, keepsOneForSingles } from '../schedule/assign-lane';
import { FIRST_BUDGET } from '../schedule/batch-budget';
import { DemandMeter } from '../schedule/demand';
import { DrainRate } from '../schedule/drain-rate';
import { maxRunMs } from '../schedule/run-length';
import { WorkQueue } from '../schedule/work-queue';
import { toBatch } from '../session/batch';
import { Autoscaler, type ScalingLimits } from './autoscaler';
import type { BatchSizes } from './batch-sizes';
import type { Fleet } from './fleet';
import { Opener } from './opener';
import { Replacement } from './replacement';
import type { SecondOpinion } from './second-opinion';
import { settleAnswer, settleDeath, settleFailure } from './settle-run';
import type { Work } from './work';
import type { WorkerSlot } from './worker-slot';

export interface DispatcherOptions {
	readonly fleet: Fleet;
	readonly sizes: BatchSizes;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly scaling: ScalingLimits;
	/** Bytes that further workers could take. */
	readonly availableBytes: () => number;
	/** Takes the texts whose vectors are not finite however they run. */
	readonly secondOpinion: SecondOpinion;
}

interface Run {
	readonly slot: WorkerSlot;
	readonly lane: Priority;
	readonly works: readonly Work[];
	readonly startMs: number;
	/** Of the fleet, when it was sent: a worker that was told to go since has not died of it. */
	readonly unloads: number;
	/** It waits in the worker for the end of another run: the worker’s death is not its doing. */
	isBehind: boolean;
	/** The worker had done nothing before. */
	readonly isFresh: boolean;
}

/** Runs sent to a bulk worker at a time: the next is there when the one under way ends. */
const BULK_RUNS_AHEAD = 2;
/** Allocations and caches make a worker’s first runs slow; they say nothing of its speed. */
const WARM_UP_RUNS = 2;

/** Takes waiting texts to the workers, batch by batch, and settles each exactly once. */
export class Dispatcher {
	readonly #options: DispatcherOptions;
	readonly queue = new WorkQueue<Work>();
	readonly #demand: DemandMeter;
	readonly #opener: Opener;
	readonly autoscaler: Autoscaler;
	readonly #replacement: Replacement;
	readonly drain: DrainRate;
	readonly #runs = new Set<Run>();
	readonly counts = { batches: 0, realTokens: 0, paddedTokens: 0 };
	/** Keeps the workers while there is anything to do. */
	#release: (() => void) | null = null;
	#lastForwardAtMs: number | null = null;

	constructor(options: DispatcherOptions) {
		this.#options = options;
		this.#demand = new DemandMeter(options.clock);
		const onChange = () => this.#advance();
		this.autoscaler = new Autoscaler({
			...options,
			limits: options.scaling,
			demand: () => ({
				queuedTokens: this.queue.tokens,
				bulkTexts: this.queue.lane('bulk').texts,
				isWanted: !this.isIdle,
				isCrowded: this.#demand.demand === 'crowded',
			}),
			mayStart: () => !this.#replacement.isWaiting,
			open: () => this.#opener.openIfNeeded(),
			onChange,
		});
		this.#replacement = new Replacement(options.clock, onChange);
		const onFailed = (error: EmbedError) => this.#refuseAll(error);
		this.#opener = new Opener({ ...options, replacement: this.#replacement, onChange, onFailed });
		this.drain = new DrainRate(options.clock);
	}

	get lastForwardAtMs(): number | null {
		return this.#lastForwardAtMs;
	}

	/** Why no worker is started for a while, or null. */
	get unavailable(): string | null {
		return this.#opener.unavailable;
	}

	get isIdle(): boolean {
		return this.queue.texts === 0 && this.#runs.size === 0 && !this.#opener.isExpecting;
	}

	/**
	 * Texts are about to come: a worker is started while they are tokenised.
	 * @returns call it when they have come; throws why no worker could be started for them
	 */
	expect(): () => void {
		this.#release ??= this.#options.fleet.hold();
		return this.#opener.expect();
	}

	enqueue(works: readonly Work[]): void {
		if (works.length === 0) return;
		const now = this.#options.clock.now();
		for (const work of works) {
			work.queuedAtMs ??= now;
			this.queue.push(work);
		}
		this.#release ??= this.#options.fleet.hold();
		this.#advance();
	}

	/** An interactive request joins a bulk text: the text waits in its lane from now on. */
	lift(work: Work, job: object): void {
		const waited = this.queue.remove(work);
		work.lane = 'interactive';
		work.job = job;
		if (waited) this.enqueue([work]);
	}

	/** The text was given up by all who waited for it. */
	drop(work: Work): void {
		this.queue.remove(work);
		this.#restIfIdle();
	}

	/** Whatever can be done now is begun; called at every change. */
	#advance(): void {
		try {
			// Every idle worker has a batch before one has a second.
			for (let ahead = 0; ahead < BULK_RUNS_AHEAD; ahead++)
				for (const slot of this.#options.fleet.ready) if (slot.runs === ahead) this.#startRun(slot);
			if (this.queue.texts > 0) this.#opener.openIfNeeded();
			this.autoscaler.look();
			this.#restIfIdle();
		} catch (error) {
			this.#giveUp(error);
		}
	}

	/** A fault of ours: everyone gets an answer all the same. */
	#giveUp(error: unknown): void {
		this.#options.logger.error('dispatching failed', { error: messageOf(error) });
		this.#refuseAll(toEmbedError(error));
		this.#restIfIdle();
	}

	#refuseAll(error: EmbedError): void {
		for (const work of this.queue.takeAll()) work.reject(error);
	}

	#restIfIdle(): void {
		if (!this.isIdle || this.#opener.isOpening) return;
		this.#release?.();
		this.#release = null;
	}

	#startRun(slot: WorkerSlot): void {
		const isAhead = slot.runs > 0;
		const { fleet, sizes, clock, scaling } = this.#options;
		const bulkWorkers = fleet.readyBulkWorkers;
		const sharing = { role: slot.role, bulkWorkers, demand: this.#demand.demand, quietMs: this.#demand.quietMs };
		const lane = assignLane({
			...sharing,
			hasQuick: fleet.quick.state === 'ready',
			isQuickKept: keepsOneForSingles({ sharesCores: true, quietMs: sharing.quietMs, keepMs: scaling.idleTimeoutMs }),
			waiting: { interactive: this.queue.lane('interactive').texts, bulk: this.queue.lane('bulk').texts },
			nextLane: this.queue.nextLane(),
		});
		// What waits in a worker’s pipe cannot be overtaken: only bulk texts may, where nobody else is served.
		if (lane === null || (isAhead && (slot.role !== 'bulk' || lane !== 'bulk' || sharing.demand === 'crowded'))) return;
		if (lane === 'interactive') this.#demand.look(this.queue.lane('interactive').texts + this.#running('interactive'));
		const limits = { ...sizes.of(slot.role).limits(maxRunMs(sharing)), maxRows: this.#maxRows(lane, slot) };
		const works = this.queue.takeBatch(lane, limits);
		void this.#run({
			slot,
			lane,
			works,
			startMs: clock.now(),
			unloads: fleet.unloads,
			isBehind: isAhead || slot.isBusyAside,
			isFresh: slot.answered === 0,
		});
	}

	/** Few texts are shared out: half a batch on each of two workers is done sooner than one batch on one. */
	#maxRows(lane: Priority, { role }: WorkerSlot): number {
		const { fleet } = this.#options;
		if (fleet.batching !== 'batched') return 1;
		return role === 'quick'
			? Number.POSITIVE_INFINITY
			: Math.ceil(this.queue.lane(lane).texts / fleet.readyBulkWorkers);
	}

	#running(lane: Priority): number {
		return [...this.#runs].reduce((sum, run) => sum + (run.lane === lane ? run.works.length : 0), 0);
	}

	async #run(run: Run): Promise<void> {
		const { slot, works } = run;
		const worker = slot.worker!;
		this.#runs.add(run);
		slot.runs++;
		this.drain.start();
		try {
			const earlierDeaths = Math.max(...works.map(({ deaths }) => deaths));
			const answer = await slot.run(toBatch(works.map(({ ids }) => ids!)), { earlierDeaths });
			this.#replacement.goodRun();
			this.#lastForwardAtMs = this.#options.clock.now();
			this.#learn(run, answer.inferenceMs);
			const { fleet, secondOpinion } = this.#options;
			const { dimensions } = fleet.model!;
			const onNonFinite = (work: Work) => secondOpinion.take(work, dimensions);
			this.#again(settleAnswer({ ...run, answer, dimensions, onNonFinite }));
		} catch (error) {
			this.#recover(run, toEmbedError(error), () => slot.discard(worker, 'its process ended during a run'));
		}
		this.#runs.delete(run);
		if (slot.worker === worker) {
			slot.runs--;
			for (const next of this.#runs) if (next.slot === slot) next.isBehind = false;
		}
		const tokens = works.reduce((sum, work) => sum + (work.isSettled ? work.tokens : 0), 0);
		this.drain.done(tokens, this.#runs.size === 0);
		this.#advance();
	}

	#learn({ slot, works, startMs }: Run, inferenceMs: number): void {
		const { sizes, clock } = this.#options;
		const paddedTokens = paddedTokensOf(works);
		this.counts.batches++;
		this.counts.realTokens += works.reduce((sum, { tokens }) => sum + tokens, 0);
		this.counts.paddedTokens += paddedTokens;
		const now = clock.now();
		// Behind another run it began when that one ended, of which the host may have heard late.
		const ms = Math.max(inferenceMs, now - Math.max(startMs, slot.lastAnswerAtMs));
		slot.lastAnswerAtMs = now;
		if (++slot.answered > WARM_UP_RUNS) sizes.of(slot.role).record(paddedTokens, ms);
	}

	#recover(run: Run, error: EmbedError, discard: () => void): void {
		const { logger } = this.#options;
		const { works } = run;
		if (error.code !== 'worker_died') {
			logger.warn('run failed', { texts: works.length, error: error.message });
			if (error.code === 'out_of_memory') this.#halve(run);
			this.#again(settleFailure(works, error));
			return;
		}
		logger.warn('worker died during a run', { texts: works.length, reason: error.message });
		discard();
		const isBlameless = run.isBehind || run.unloads !== this.#options.fleet.unloads;
		if (isBlameless) return this.#again(works);
		this.#replacement.died();
		this.#halve(run, FIRST_BUDGET);
		this.#again(settleDeath(works, run.isFresh));
	}

	/** The system ends a process that takes too much memory without a word: any death in a large batch may be that. */
	#halve({ slot, works }: Run, least?: number): void {
		if (works.length === 1) return;
		this.#options.sizes.of(slot.role).halve(paddedTokensOf(works), least);
	}

	#again(works: readonly Work[]): void {
		this.queue.putBack(works.filter((work) => work.isWanted));
	}
}

function paddedTokensOf(works: readonly Work[]): number {
	return works.length * works.reduce((max, { tokens }) => Math.max(max, tokens), 0);
}
