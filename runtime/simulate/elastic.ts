import { decideWorkers, FIRST_MEMORY, SHORT_WINDOW_MS, STABLE_WINDOW_MS } from '../schedule/autoscale';
import type { ScalingPolicy } from './policy';

export interface ElasticOptions {
	readonly minWorkers: number;
	readonly maxWorkers: number;
	readonly idleTimeoutMs: number;
	/** 0 to 1. */
	readonly targetUtilization: number;
	readonly keepForSinglesMs: number;
}

/** The host’s own policy, the very function that it runs. */
export function elastic(options: ElasticOptions): ScalingPolicy {
	const { minWorkers, maxWorkers, keepForSinglesMs } = options;
	const levels = Array.from({ length: maxWorkers }, (_, position) => position + 1);
	let memory = FIRST_MEMORY;
	return {
		name: `ours, ${minWorkers} to ${maxWorkers}`,
		firstWorkers: minWorkers,
		keepForSinglesMs,
		decide(view) {
			const isWanted = view.waitingTexts + view.runningTexts > 0;
			const decision = decideWorkers(
				{
					...options,
					...view,
					levels,
					workersThatFit: () => maxWorkers,
					isWanted,
					utilization: view.utilization(SHORT_WINDOW_MS),
					stableUtilization: view.utilization(STABLE_WINDOW_MS),
				},
				memory,
			);
			memory = decision.memory;
			return decision;
		},
	};
}
