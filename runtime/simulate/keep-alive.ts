import type { ScalingPolicy } from './policy';

/**
 * What a plain server without an operator does: a worker for each text that would wait, up to a bound, and each worker
 * goes when it was not used for a while.
 */
export function keepAlive(maxWorkers: number, keepMs: number): ScalingPolicy {
	return {
		name: `kept for ${Math.round(keepMs / 6_000) / 10} min`,
		firstWorkers: 0,
		keepForSinglesMs: 0,
		decide({ readyWorkers, loadingWorkers, waitingTexts, idleMs }) {
			const workers = readyWorkers + loadingWorkers;
			const wanted = Math.min(maxWorkers, readyWorkers + waitingTexts);
			if (wanted > workers) return { workers: wanted, reason: 'texts wait', lookAgainMs: null };
			if (idleMs !== null && idleMs >= keepMs)
				return { workers: workers - 1, reason: 'not used for the whole time it is kept', lookAgainMs: 0 };
			return { workers, reason: 'enough workers', lookAgainMs: idleMs === null ? null : keepMs - idleMs };
		},
	};
}
