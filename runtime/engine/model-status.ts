import type { ModelHealth, ModelStatus } from '../base/provider';
import type { CacheLevels } from '../cache/cache-levels';
import type { ModelSpec } from '../model/folder';
import type { Backlog } from './backlog';
import type { ScalingLimits } from './autoscaler';
import type { BatchSizes } from './batch-sizes';
import type { Dispatcher } from './dispatcher';
import type { Fleet } from './fleet';
import type { ModelMemory } from './model-memory';

/** The parts of a model that its status is read from. */
export interface StatusSources {
	readonly spec: ModelSpec;
	readonly fleet: Fleet;
	readonly dispatcher: Dispatcher;
	readonly backlog: Backlog;
	readonly sizes: BatchSizes;
	readonly cache: CacheLevels;
	readonly limits: Pick<ScalingLimits, 'minWorkers' | 'targetUtilization'>;
	readonly memory: ModelMemory | null;
}

/** A model’s whole state at this moment; asking changes nothing. */
export function modelStatus(health: ModelHealth, sources: StatusSources): ModelStatus {
	const { spec, fleet, dispatcher, backlog, sizes, cache, limits, memory } = sources;
	const { model, quick, slots, unloadInMs } = fleet;
	const { queue, counts, drain } = dispatcher;
	return {
		...health,
		folder: spec.folder,
		graphFile: spec.graphFile,
		dimensions: model?.dimensions ?? spec.dimensions,
		pooling: model?.pooling ?? spec.pooling.mode,
		batching: fleet.batching,
		loadS: toSeconds(quick.loadMs),
		unloadInS: toSeconds(unloadInMs),
		workers: slots.flatMap(({ worker, role, threads, state, runs }) =>
			worker
				? [
						{
							pid: worker.pid,
							role,
							threads,
							state: runs > 0 ? 'busy' : state,
							residentBytes: memory?.bytesOf(worker.pid) ?? null,
						},
					]
				: [],
		),
		scaling: {
			minWorkers: limits.minWorkers,
			maxWorkers: slots.length,
			utilization: dispatcher.autoscaler.utilization,
			utilizationFrom: 'busy time of the workers',
			targetUtilization: limits.targetUtilization,
			events: dispatcher.autoscaler.events,
		},
		queue: {
			texts: queue.texts,
			tokens: backlog.tokens,
			interactiveTexts: queue.lane('interactive').texts,
			bulkTexts: queue.lane('bulk').texts,
			maxTokens: backlog.maxTokens,
		},
		batches: { ...counts },
		tokensPerSecond: drain.tokensPerSecond === null ? null : Math.round(drain.tokensPerSecond),
		batchSizes: sizes.learned,
		cache: cache.stats,
		neededBytes: memory?.neededBytes ?? null,
		lastUnload: memory?.lastUnload ?? null,
	};
}

function toSeconds(ms: number | null): number | null {
	return ms === null ? null : Math.round(ms) / 1000;
}
