/** The one interface behind which a local engine, the embed host and somebody else’s server look the same. */
export interface EmbeddingProvider {
	/**
	 * One unit vector per input, in the inputs’ order.
	 * @throws EmbedError; when only some inputs are at fault its `items` lists them all.
	 */
	embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedResult>;
	/**
	 * Loads a model before texts come; counts as use, so the idle timeout begins anew. A caller who leaves does not stop it.
	 * @throws EmbedError why it does not load
	 */
	load(model: string, options?: LoadOptions): Promise<LoadedState>;
	/**
	 * Ends the workers of a model that nobody uses.
	 * @throws EmbedError `model_in_use` while texts run or wait, or the model is being loaded
	 */
	unload(model: string, options?: CallOptions): Promise<UnloadedState>;
	models(options?: CallOptions): Promise<readonly ModelInfo[]>;
	health(options?: CallOptions): Promise<Health>;
	status(options?: CallOptions): Promise<Status>;
	/** Idempotent. */
	close(): Promise<void>;
}

export interface CallOptions {
	readonly signal?: AbortSignal;
}

export interface LoadOptions extends CallOptions {
	/** Keep the model loaded at least this long from now; the longest wish wins. Default: the host’s. */
	readonly idleTimeoutMs?: number;
}

export interface LoadedState {
	readonly id: string;
	readonly state: ModelState;
	/** Whether it was loaded before it was asked for. */
	readonly wasLoaded: boolean;
	/** How long its last load took, in seconds; null when that is not known. */
	readonly loadS: number | null;
}

export interface UnloadedState {
	readonly id: string;
	readonly state: ModelState;
	/** Processes that were ended; 0 when none was loaded. */
	readonly endedWorkers: number;
}

export type Role = 'query' | 'document';
export type Truncate = 'end' | 'start' | 'none';
export type Priority = 'interactive' | 'bulk';

/** Texts, or token ids taken as they are, special tokens included. */
export type Inputs = readonly string[] | readonly (readonly number[])[];

export interface EmbedRequest {
	/** Default: the first model served. */
	readonly model?: string;
	readonly inputs: Inputs;
	/** Default: `query` when there is an instruction, else `document`. */
	readonly role?: Role;
	/** What a query is for; models without an instruction template refuse it. */
	readonly instruction?: string;
	/** 32 to the model’s width (the default): the first numbers, made unit length again. */
	readonly dimensions?: number;
	/** Which end of a text over the model’s limit is cut; `none` refuses it. Default `end`. */
	readonly truncate?: Truncate;
	readonly priority?: Priority;
	/** Keep the model loaded at least this long after this request; the longest wish wins. Default: the host’s. */
	readonly idleTimeoutMs?: number;
}

export interface EmbedResult {
	readonly model: string;
	readonly dimensions: number;
	/** Unit length, `dimensions` numbers each. */
	readonly vectors: readonly Float32Array[];
	/** Whether each vector was taken from a cache; a server that does not say counts as no. */
	readonly cached: readonly boolean[];
	readonly usage: Usage;
	readonly timings: Timings;
}

/** Tokens of all inputs, after template and truncation. */
export interface Usage {
	readonly tokens: number;
	/** How many of them the cache answered. */
	readonly cachedTokens: number;
}

/** The slowest input’s share of each step. */
export interface Timings {
	readonly queueMs: number;
	readonly tokenizeMs: number;
	readonly inferenceMs: number;
	readonly totalMs: number;
}

export interface ModelInfo {
	readonly id: string;
	/** Numbers in a full vector; null until it is known. */
	readonly dimensions: number | null;
	readonly maxTokens: number | null;
	/** Whether the model has an instruction template. */
	readonly takesInstruction: boolean;
	/** Who serves it; `n8n-nodes-embed` for our host. */
	readonly ownedBy: string;
}

export type ModelState = 'cold' | 'loading' | 'ready' | 'failed';

export interface Health {
	/** `failed`: no model can be used. `draining`: no more work is taken. */
	readonly status: 'ok' | 'failed' | 'draining';
	/** Why it drains. */
	readonly reason?: string;
	readonly models: readonly ModelHealth[];
}

export interface ModelHealth {
	readonly id: string;
	readonly state: ModelState;
	/** Why it is in this state. */
	readonly reason: string;
	/** Seconds since the model last really ran; null when it has not yet. */
	readonly lastForwardAgeS: number | null;
}

export interface Status {
	readonly version: string;
	readonly pid: number;
	readonly uptimeS: number;
	/** What all models together hold, and may hold; null where it is not watched. */
	readonly memory: MemoryStatus | null;
	/** Only while the host drains. */
	readonly draining?: DrainStatus;
	readonly models: readonly ModelStatus[];
}

export interface DrainStatus {
	readonly reason: string;
	/** Requests taken and not answered yet. */
	readonly inFlight: number;
}

export interface MemoryStatus {
	/** Of the machine, or of the container where it has a limit. */
	readonly totalBytes: number;
	/** What the system still has. */
	readonly availableBytes: number;
	/** What all models together may hold. */
	readonly budgetBytes: number;
	/** What their workers hold. */
	readonly usedBytes: number;
	/** Of this process; null where the system does not say. */
	readonly hostBytes: number | null;
	readonly devices: readonly {
		readonly usedBytes: number;
		readonly totalBytes: number;
		/** What models may take of it. */
		readonly budgetBytes: number;
		/** 0 to 1; null where the driver does not say. */
		readonly utilization: number | null;
	}[];
	/** Where the figures of devices come from, or why there are none. */
	readonly deviceSource: string;
}

/** What an unload gave back of what the load before it had taken. */
export interface UnloadReport {
	readonly reason: string;
	/** What the workers held when they were told to go, and the host’s own growth since they were started; null: unknown. */
	readonly loadedBytes: number | null;
	readonly returnedBytes: number | null;
	/** 0 to 1. */
	readonly returnedShare: number | null;
	/** As good as all; what is looked at again ends with it. */
	readonly isReturned: boolean;
	/** From the order to go until the figures were read. */
	readonly seconds: number;
	readonly source: string;
	/** Null: the workers held nothing on a device, or it is not known. */
	readonly deviceReturnedBytes: number | null;
	readonly deviceSource: string;
}

export interface ModelStatus extends ModelHealth {
	readonly folder: string;
	readonly graphFile: string;
	readonly dimensions: number | null;
	readonly pooling: string | null;
	/** `single` when the self-test found that batch mates change a vector. */
	readonly batching: 'batched' | 'single' | null;
	readonly loadS: number | null;
	readonly unloadInS: number | null;
	readonly workers: readonly WorkerStatus[];
	readonly scaling: ScalingStatus;
	readonly queue: {
		/** Tokenised and not running yet. */
		readonly texts: number;
		readonly interactiveTexts: number;
		readonly bulkTexts: number;
		/** Of everything taken on and not answered; of texts not tokenised yet an estimate. */
		readonly tokens: number;
		/** Past this many tokens requests are refused. */
		readonly maxTokens: number;
	};
	/** Since the host started: what ran, and how much of it was padding. */
	readonly batches: { readonly batches: number; readonly realTokens: number; readonly paddedTokens: number };
	/** Measured while there was work; null before the first. */
	readonly tokensPerSecond: number | null;
	/** Speeds learned by batch size, for each kind of worker. */
	readonly batchSizes: Readonly<Record<string, readonly { readonly tokens: number; readonly msPerToken: number }[]>>;
	readonly cache: CacheStatus;
	/** What the first worker takes, by measure or estimate; null where memory is not watched. */
	readonly neededBytes: number | null;
	/** Null until the model was unloaded. */
	readonly lastUnload: UnloadReport | null;
}

/** The first level, in memory: one a model. */
export interface CacheStatus {
	readonly entries: number;
	/** Numbers and overhead of the entries. */
	readonly bytes: number;
	/** 0 = no cache of either level. */
	readonly maxBytes: number;
	readonly hits: number;
	readonly misses: number;
	/** The second level; null when there is none. */
	readonly disk: DiskCacheStatus | null;
}

/** The second level, on disk: one a host, for all its models. */
export interface DiskCacheStatus {
	readonly state: 'on' | 'off';
	/** Why it is in this state. */
	readonly reason: string;
	readonly folder: string;
	/** Of all models. */
	readonly entries: number;
	/** Of the files, all models together. */
	readonly bytes: number;
	readonly maxBytes: number;
	/** Of this model, among what memory did not have. */
	readonly hits: number;
	readonly misses: number;
}

export interface ScalingStatus {
	readonly minWorkers: number;
	readonly maxWorkers: number;
	/** Busy share of the workers’ time over the last 10 s, 0 to 1; null while there is too little to tell. */
	readonly utilization: number | null;
	/** What the utilisation was read from. */
	readonly utilizationFrom: string;
	readonly targetUtilization: number;
	/** The latest changes of the number of workers, oldest first. */
	readonly events: readonly ScalingEvent[];
}

export interface ScalingEvent {
	/** ISO 8601. */
	readonly at: string;
	readonly from: number;
	readonly to: number;
	readonly reason: string;
}

export interface WorkerStatus {
	readonly pid: number;
	/** `quick`: all threads, for single texts; `bulk`: few threads, for many. */
	readonly role: 'quick' | 'bulk';
	readonly threads: number;
	readonly state: string;
	/** Null: not looked at yet, or not to be known on this system. */
	readonly residentBytes: number | null;
}

/** The owner name by which a client knows our own host. */
export const OWNER = 'n8n-nodes-embed';
/** No dimension below this is offered: too little is left of a vector. */
export const MIN_DIMENSIONS = 32;
