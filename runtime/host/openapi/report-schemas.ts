import type {
	CacheStatus,
	DiskCacheStatus,
	Health,
	ModelHealth,
	DrainStatus,
	MemoryStatus,
	ModelStatus,
	ScalingEvent,
	ScalingStatus,
	Status,
	UnloadReport,
	WorkerStatus,
} from '../../base/provider';
import { MODEL_MOVES } from '../../engine/model-state';
import { COUNT, listOf, NUMBER, objectOf, orNull, TEXT, type JsonSchema } from './json-schema';

export const STATE: JsonSchema = { enum: Object.keys(MODEL_MOVES) };

const MODEL_HEALTH: Record<keyof ModelHealth, JsonSchema> = {
	id: TEXT,
	state: STATE,
	reason: TEXT,
	lastForwardAgeS: { ...orNull(NUMBER), description: 'Seconds since the model last really ran.' },
};

/** A caller without the host’s key gets `status` alone. */
export const HEALTH_SCHEMA = objectOf<Health>(
	{
		status: { enum: ['ok', 'failed', 'draining'] },
		reason: { ...TEXT, description: 'Why it drains.' },
		models: listOf(objectOf<ModelHealth>(MODEL_HEALTH)),
	},
	{ optional: ['reason', 'models'] },
);

const WORKER_SCHEMA = objectOf<WorkerStatus>({
	pid: COUNT,
	role: { enum: ['quick', 'bulk'] },
	threads: COUNT,
	state: TEXT,
	residentBytes: orNull(COUNT),
});

const UNLOAD_SCHEMA = objectOf<UnloadReport>({
	reason: TEXT,
	loadedBytes: orNull(COUNT),
	returnedBytes: orNull({ type: 'integer' }),
	returnedShare: orNull(NUMBER),
	isReturned: { type: 'boolean' },
	seconds: NUMBER,
	source: TEXT,
	deviceReturnedBytes: orNull({ type: 'integer' }),
	deviceSource: TEXT,
});

const MEMORY_SCHEMA = objectOf<MemoryStatus>({
	totalBytes: COUNT,
	availableBytes: COUNT,
	budgetBytes: COUNT,
	usedBytes: COUNT,
	hostBytes: orNull(COUNT),
	devices: listOf(
		objectOf<MemoryStatus['devices'][number]>({
			usedBytes: COUNT,
			totalBytes: COUNT,
			budgetBytes: COUNT,
			utilization: orNull(NUMBER),
		}),
	),
	deviceSource: TEXT,
});

const DISK_CACHE_SCHEMA = objectOf<DiskCacheStatus>({
	state: { enum: ['on', 'off'] },
	reason: TEXT,
	folder: TEXT,
	entries: COUNT,
	bytes: COUNT,
	maxBytes: COUNT,
	hits: COUNT,
	misses: COUNT,
});

const CACHE_SCHEMA = objectOf<CacheStatus>({
	entries: COUNT,
	bytes: COUNT,
	maxBytes: COUNT,
	hits: COUNT,
	misses: COUNT,
	disk: orNull(DISK_CACHE_SCHEMA),
});

const MODEL_STATUS_SCHEMA = objectOf<ModelStatus>({
	...MODEL_HEALTH,
	folder: TEXT,
	graphFile: TEXT,
	dimensions: orNull(COUNT),
	pooling: orNull(TEXT),
	batching: { enum: ['batched', 'single', null] },
	loadS: orNull(NUMBER),
	unloadInS: orNull(NUMBER),
	neededBytes: orNull(COUNT),
	lastUnload: orNull(UNLOAD_SCHEMA),
	workers: listOf(WORKER_SCHEMA),
	scaling: objectOf<ScalingStatus>({
		minWorkers: COUNT,
		maxWorkers: COUNT,
		utilization: orNull(NUMBER),
		utilizationFrom: TEXT,
		targetUtilization: NUMBER,
		events: listOf(objectOf<ScalingEvent>({ at: TEXT, from: COUNT, to: COUNT, reason: TEXT })),
	}),
	queue: objectOf<ModelStatus['queue']>({
		texts: COUNT,
		interactiveTexts: COUNT,
		bulkTexts: COUNT,
		tokens: COUNT,
		maxTokens: COUNT,
	}),
	batches: objectOf<ModelStatus['batches']>({ batches: COUNT, realTokens: COUNT, paddedTokens: COUNT }),
	tokensPerSecond: orNull(NUMBER),
	batchSizes: {
		type: 'object',
		additionalProperties: listOf(
			objectOf<ModelStatus['batchSizes'][string][number]>({ tokens: COUNT, msPerToken: NUMBER }),
		),
	},
	cache: CACHE_SCHEMA,
});

export const STATUS_SCHEMA = objectOf<Status>(
	{
		version: TEXT,
		pid: COUNT,
		uptimeS: NUMBER,
		draining: objectOf<DrainStatus>({ reason: TEXT, inFlight: COUNT }),
		memory: orNull(MEMORY_SCHEMA),
		models: listOf(MODEL_STATUS_SCHEMA),
	},
	{ optional: ['draining'] },
);
