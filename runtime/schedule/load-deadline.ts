import { SHORTEST_DEADLINE_MS, slowness } from './run-deadline';

export interface WatchedLoad {
	/** Of the graph and its weights; 0 when it is not known. */
	readonly fileBytes: number;
	/** What the last load of this model took; null before the first. */
	readonly earlierMs: number | null;
	/** Programs that want to run for each processor; counts as long as there is no earlier load to go by. */
	readonly loadPerCore: number;
}

/** A load may take so many times what the last one did. */
const PATIENCE = 10;
/** Before the first load: a slow disk, or a network in its place, and a processor that unpacks the weights. */
const UNKNOWN = { ms: 60_000, bytesPerMs: 5_000 };

/** After how many milliseconds a worker that loads counts as hung. The files may be in memory or not, so generous. */
export function loadDeadlineMs({ fileBytes, earlierMs, loadPerCore }: WatchedLoad): number {
	const readMs = fileBytes / UNKNOWN.bytesPerMs;
	if (earlierMs === null) return slowness(loadPerCore) * (UNKNOWN.ms + readMs);
	return Math.max(SHORTEST_DEADLINE_MS, PATIENCE * earlierMs + readMs);
}
