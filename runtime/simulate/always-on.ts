import type { ScalingPolicy } from './policy';

/** So many workers, all the time. */
export function alwaysOn(workers: number): ScalingPolicy {
	return {
		name: `always on, ${workers}`,
		firstWorkers: workers,
		keepForSinglesMs: 0,
		decide: () => ({ workers, reason: 'always on', lookAgainMs: null }),
	};
}
