import type { Clock } from '../base/clock';
import { EmbedError, messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type {
	CallOptions,
	EmbedRequest,
	EmbedResult,
	LoadedState,
	LoadOptions,
	ModelHealth,
	ModelInfo,
	ModelState,
	ModelStatus,
	Priority,
	Truncate,
	UnloadedState,
} from '../base/provider';
import { OWNER } from '../base/provider';
import { CacheLevels, type DiskLevel } from '../cache/cache-levels';
import type { ModelSpec } from '../model/folder';
import { weightBytes } from '../model/weight-bytes';
import type { WorkerRole } from '../schedule/assign-lane';
import { shapeFleet } from '../schedule/fleet-shape';
import { toBatch } from '../session/batch';
import type { TokenizedText, TokenizeOptions } from '../threads/tokenizer-pool';
import type { TokenizeTask } from '../threads/tokenize-task';
import type { ModelWorker } from '../workers/session-worker';
import { Backlog } from './backlog';
import { BatchSizes } from './batch-sizes';
import { checkRequest } from './check-request';
import { collectResults, leftError } from './collect-results';
import { Computations } from './computations';
import { Deadlines } from './deadlines';
import { Dispatcher } from './dispatcher';
import { Fleet } from './fleet';
import { IdleMeasure } from './idle-measure';
import { ModelMemory, type MemorySurroundings } from './model-memory';
import { ModelLife } from './model-state';
import { modelStatus } from './model-status';
import type { Pending } from './pending';
import { preload } from './preload';
import { SecondOpinion } from './second-opinion';
import { SELF_TEST_TEXTS } from './self-test-texts';
import { toResult } from './to-result';
import { tuningKey, type TuningStore } from './tuning-files';

/** What a model needs of its surroundings; tests put fakes here. */
export interface ModelSurroundings {
	readonly tokenizer: { encode(task: TokenizeTask, options?: TokenizeOptions): Promise<readonly TokenizedText[]> };
	readonly startWorker: (role: WorkerRole) => ModelWorker;
	/** Bytes that further workers could take. */
	readonly availableBytes: () => number;
	/** Programs that want to run for each processor; default: none has to wait. */
	readonly loadPerCore?: () => number;
	/** Null: what is learned ends with the host. */
	readonly tuning: TuningStore | null;
	readonly clock: Clock;
	readonly logger: Logger;
	/** Default: memory is neither bounded nor measured. */
	readonly memory?: MemorySurroundings | null;
	/** Default: none. */
	readonly diskCache?: DiskLevel | null;
	readonly onMove: (model: string, to: ModelState) => void;
}

export interface ModelLimits {
	readonly idleTimeoutMs: number;
	readonly cacheBytes: number;
	readonly maxBatchTokens: number;
	readonly maxQueuedTokens: number;
	/** Processor threads that all workers share. */
	readonly threads: number;
	/** 0 = by `threads`. */
	readonly maxWorkers: number;
	readonly minWorkers: number;
	/** 0 to 1. */
	readonly targetUtilization: number;
}

/** One model of this host: cache, then what is in flight, then the queue. */
export class LocalModel {
	readonly #surroundings: ModelSurroundings;
	readonly #limits: ModelLimits;
	readonly #cache: CacheLevels;
	readonly #life: ModelLife;
	readonly #fleet: Fleet;
	readonly #memory: ModelMemory | null;
	readonly #sizes: BatchSizes;
	readonly #tuningKey: string;
	readonly #dispatcher: Dispatcher;
	readonly #backlog: Backlog;
	readonly #computations: Computations;
	readonly #idleMeasure: IdleMeasure;
	/** No worker is started for texts that cannot be read. */
	#isTokenizerSound = true;

	constructor(
		readonly spec: ModelSpec,
		limits: ModelLimits,
		surroundings: ModelSurroundings,
	) {
		const { clock, logger, startWorker, availableBytes, tuning, onMove } = surroundings;
		this.#surroundings = surroundings;
		this.#limits = limits;
		this.#cache = new CacheLevels(limits.cacheBytes, surroundings.diskCache);
		this.#life = new ModelLife((to, reason) => {
			logger.info('model state', { model: spec.id, to, reason });
			onMove(spec.id, to);
			if (to === 'cold') this.#keepTuning();
		});
		const shape = shapeFleet(limits.threads, limits.maxWorkers);
		this.#tuningKey = tuningKey(spec, shape);
		const { selfTest = null, workerBytes = null, ...learned } = tuning?.read(this.#tuningKey) ?? {};
		this.#sizes = new BatchSizes(limits.maxBatchTokens, learned);
		const samples = () => this.#samples();
		const { memory: surroundingMemory } = surroundings;
		const { minWorkers } = limits;
		const deadlines = new Deadlines(spec, this.#sizes, surroundings.loadPerCore);
		const fleet: Fleet = new Fleet({
			...{ spec, life: this.#life, shape, minWorkers, startWorker, deadlines, samples, selfTest, clock, logger },
			...(surroundingMemory && {
				memory: { admit: () => memory!.admit(), leaving: (...args) => memory!.leaving(...args) },
			}),
		});
		const memory = surroundingMemory
			? new ModelMemory({
					...{ id: spec.id, surroundings: surroundingMemory, owner: fleet, clock, logger },
					weightBytes: weightBytes(spec.graphFile),
					measuredBytes: workerBytes,
					onMeasured: () => this.#keepTuning(),
				})
			: null;
		this.#fleet = fleet;
		this.#memory = memory;
		const parts = { fleet: this.#fleet, sizes: this.#sizes, clock, logger };
		const secondOpinion = new SecondOpinion({ spec, ...surroundings });
		this.#dispatcher = new Dispatcher({ ...parts, scaling: limits, availableBytes, secondOpinion });
		this.#idleMeasure = new IdleMeasure({ ...parts, isIdle: () => this.#dispatcher.isIdle });
		this.#backlog = new Backlog(limits.maxQueuedTokens, () => this.#dispatcher.drain.tokensPerSecond);
		this.#computations = new Computations({
			spec,
			cache: this.#cache,
			dispatcher: this.#dispatcher,
			backlog: this.#backlog,
			tokenize: (texts, truncate, priority) => this.#tokenize(texts, truncate, priority),
			mayStartEarly: () => this.#isTokenizerSound,
			logger,
			clock,
		});
	}

	async embed(request: EmbedRequest, { signal }: CallOptions = {}): Promise<EmbedResult> {
		const startMs = this.#surroundings.clock.now();
		checkRequest(request, this.spec, this.#width);
		if (signal?.aborted) throw leftError();
		const pending: Pending[] = [];
		try {
			await this.#computations.begin(request, pending, signal);
			this.#keepModel(request, pending);
			const results = await collectResults(pending, signal);
			const totalMs = this.#surroundings.clock.now() - startMs;
			return toResult(request, { model: this.spec.id, pending, results, totalMs });
		} finally {
			for (const entry of pending) if ('work' in entry) entry.work.leave();
			this.#keepModel(request, pending);
		}
	}

	/** Loads the model before texts come, its tokenizer first: what that cannot read, no worker is started for. */
	async load({ idleTimeoutMs = this.#limits.idleTimeoutMs }: LoadOptions = {}): Promise<LoadedState> {
		await this.#tokenize(SELF_TEST_TEXTS.slice(0, 1), 'end', 'interactive');
		const parts = { dispatcher: this.#dispatcher, fleet: this.#fleet };
		const wasLoaded = await preload({ ...parts, idleTimeoutMs });
		return { id: this.spec.id, state: this.#life.state, wasLoaded, loadS: this.status.loadS };
	}

	/** Ends the workers if nobody uses them. @throws EmbedError `model_in_use` */
	async unloadIdle(): Promise<UnloadedState> {
		const { id } = this.spec;
		if (!this.#dispatcher.isIdle || this.#life.state === 'loading') {
			const { texts } = this.#dispatcher.queue;
			throw new EmbedError(
				'model_in_use',
				`${id} is ${this.#life.state} and in use, ${texts} texts wait: ask again later`,
			);
		}
		const endedWorkers = this.#fleet.pids.length;
		this.#dispatcher.autoscaler.rest();
		await this.unload('on request');
		return { id, state: this.#life.state, endedWorkers };
	}

	/** Only a computation keeps a model loaded: what the cache answers never wakes it nor keeps it awake. */
	#keepModel({ idleTimeoutMs = this.#limits.idleTimeoutMs }: EmbedRequest, pending: readonly Pending[]): void {
		if (!pending.some((entry) => 'work' in entry)) return;
		this.#fleet.keepFor(idleTimeoutMs);
		this.#idleMeasure.touch();
	}

	get info(): ModelInfo {
		return {
			id: this.spec.id,
			dimensions: this.#width,
			maxTokens: this.spec.maxTokens,
			takesInstruction: this.spec.prompts.instruction !== null,
			ownedBy: OWNER,
		};
	}

	get health(): ModelHealth {
		const { lastForwardAtMs, unavailable } = this.#dispatcher;
		const { state, reason } = this.#life;
		const ageMs = lastForwardAtMs === null ? null : this.#surroundings.clock.now() - lastForwardAtMs;
		return {
			id: this.spec.id,
			state,
			reason: state === 'failed' ? (unavailable ?? reason) : reason,
			lastForwardAgeS: ageMs === null ? null : Math.round(ageMs) / 1000,
		};
	}

	get status(): ModelStatus {
		return modelStatus(this.health, {
			spec: this.spec,
			fleet: this.#fleet,
			dispatcher: this.#dispatcher,
			backlog: this.#backlog,
			sizes: this.#sizes,
			cache: this.#cache,
			limits: this.#limits,
			memory: this.#memory,
		});
	}

	/** Bytes of vectors in memory. */
	get cacheBytes(): number {
		return this.#cache.stats.bytes;
	}

	/** Looks anew at what the workers hold, for {@link status}. */
	async lookAtMemory(): Promise<void> {
		await this.#memory?.refresh();
	}

	get isLoaded(): boolean {
		return this.#fleet.isLoaded;
	}

	/** Starts the workers that it is to have at least. */
	begin(): void {
		this.#dispatcher.autoscaler.look();
	}

	/** Ends the workers, whatever they do, for good. */
	async close(reason: string): Promise<void> {
		this.#dispatcher.autoscaler.stop();
		await this.unload(reason);
	}

	async unload(reason: string): Promise<void> {
		this.#idleMeasure.stop();
		await this.#fleet.unload(reason);
	}

	#keepTuning(): void {
		this.#surroundings.tuning?.write(this.#tuningKey, {
			...this.#sizes.learned,
			selfTest: this.#fleet.selfTest,
			workerBytes: this.#memory?.measuredBytes ?? null,
		});
	}

	get #width(): number | null {
		return this.#fleet.model?.dimensions ?? this.spec.dimensions;
	}

	async #tokenize(texts: readonly string[], truncate: Truncate, priority: Priority): Promise<readonly TokenizedText[]> {
		const { folder, revision, maxTokens } = this.spec;
		try {
			const task = { folder, revision, texts, maxTokens, truncate, specialTokens: 'text' } as const;
			const rows = await this.#surroundings.tokenizer.encode(task, { priority });
			this.#isTokenizerSound = true;
			return rows;
		} catch (error) {
			this.#isTokenizerSound = false;
			await this.#fleet.fail(messageOf(error));
			throw error;
		}
	}

	async #samples() {
		return toBatch((await this.#tokenize(SELF_TEST_TEXTS, 'end', 'bulk')).map(({ ids }) => ids));
	}
}
