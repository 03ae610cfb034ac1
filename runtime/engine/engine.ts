import { EmbedError, messageOf, toEmbedError } from '../base/errors';
import type {
	CallOptions,
	EmbeddingProvider,
	EmbedRequest,
	EmbedResult,
	Health,
	LoadedState,
	LoadOptions,
	ModelHealth,
	ModelInfo,
	Status,
	UnloadedState,
} from '../base/provider';
import { OWNER } from '../base/provider';
import { readModelFolder } from '../model/folder';
import type { Dtype } from '../model/graph-file';
import { EngineMemory, type MemoryOptions } from './engine-memory';
import { LocalModel, type ModelLimits, type ModelSurroundings } from './local-model';

/** A model to serve: where it lies and what it is called. */
export interface ModelSource {
	readonly id: string;
	readonly folder: string;
	readonly dtype: Dtype;
	/** It keeps no worker, whatever the least number of workers is. Default: false. */
	readonly isOnDemand?: boolean;
}

export interface EngineOptions {
	readonly version: string;
	/** At least one; the first answers requests that name no model. */
	readonly sources: readonly ModelSource[];
	readonly limits: ModelLimits;
	readonly surroundings: ModelSurroundings;
	/** Default: memory is neither bounded nor measured. */
	readonly memory?: MemoryOptions;
}

/** Every model of this host behind one {@link EmbeddingProvider}. */
export class Engine implements EmbeddingProvider {
	readonly #options: EngineOptions;
	readonly #models = new Map<string, LocalModel>();
	/** Why a model’s folder could not be read at the last try. */
	readonly #unreadable = new Map<string, EmbedError>();
	readonly #memory: EngineMemory | null;
	readonly #startMs: number;

	constructor(options: EngineOptions) {
		this.#options = options;
		this.#startMs = options.surroundings.clock.now();
		this.#memory = options.memory
			? new EngineMemory(options.memory, () => [...this.#models.values()], options.surroundings)
			: null;
		for (const source of options.sources) this.#tryOpen(source);
	}

	/** Why not one model can be served, or null. */
	get fault(): EmbedError | null {
		return this.#models.size > 0 ? null : ([...this.#unreadable.values()][0] ?? null);
	}

	get isLoaded(): boolean {
		return [...this.#models.values()].some((model) => model.isLoaded);
	}

	async embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedResult> {
		return this.#find(request.model).embed(request, options);
	}

	async load(model: string, options?: LoadOptions): Promise<LoadedState> {
		return this.#find(model).load(options);
	}

	async unload(model: string): Promise<UnloadedState> {
		return this.#find(model).unloadIdle();
	}

	async models(): Promise<readonly ModelInfo[]> {
		return this.#options.sources.map(
			({ id }) =>
				this.#models.get(id)?.info ?? {
					id,
					dimensions: null,
					maxTokens: null,
					takesInstruction: false,
					ownedBy: OWNER,
				},
		);
	}

	async health(): Promise<Health> {
		const models = this.#options.sources.map(({ id }) => this.#models.get(id)?.health ?? this.#failedHealth(id));
		return { status: models.every(({ state }) => state === 'failed') ? 'failed' : 'ok', models };
	}

	async status(): Promise<Status> {
		const { clock } = this.#options.surroundings;
		return {
			version: this.#options.version,
			pid: process.pid,
			uptimeS: Math.round((clock.now() - this.#startMs) / 1000),
			memory: (await this.#memory?.status()) ?? null,
			models: [...this.#models.values()].map((model) => model.status),
		};
	}

	/** Starts the workers that models are to have at least. */
	begin(): void {
		for (const model of this.#models.values()) model.begin();
	}

	async close(): Promise<void> {
		await Promise.all([...this.#models.values()].map((model) => model.close('the host is closing')));
	}

	#find(id: string | undefined): LocalModel {
		const { sources } = this.#options;
		const source = id === undefined ? sources[0] : sources.find((candidate) => candidate.id === id);
		if (!source) {
			const served = sources.map((candidate) => candidate.id).join(', ');
			throw new EmbedError('model_not_found', `No model named "${id}" is served here. Served: ${served}`, {
				param: 'model',
			});
		}
		// A folder that was mended since needs no restart.
		const model = this.#models.get(source.id) ?? this.#tryOpen(source);
		if (model) return model;
		throw this.#unreadable.get(source.id)!;
	}

	#tryOpen(source: ModelSource): LocalModel | null {
		const { limits, surroundings } = this.#options;
		try {
			const spec = readModelFolder(source.folder, source);
			const minWorkers = source.isOnDemand ? 0 : limits.minWorkers;
			const around = { ...surroundings, ...this.#memory?.surroundings };
			const model = new LocalModel(spec, { ...limits, minWorkers }, around);
			this.#models.set(source.id, model);
			this.#unreadable.delete(source.id);
			return model;
		} catch (error) {
			this.#unreadable.set(source.id, toEmbedError(error));
			surroundings.logger.warn('model cannot be served', { model: source.id, reason: messageOf(error) });
			return null;
		}
	}

	#failedHealth(id: string): ModelHealth {
		const reason = this.#unreadable.get(id)?.message ?? 'not read';
		return { id, state: 'failed', reason, lastForwardAgeS: null };
	}
}
