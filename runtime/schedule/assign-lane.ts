import type { Priority } from '../base/provider';
import type { Demand } from './demand';

/** `quick`: all threads, for the shortest single run. `bulk`: few threads at low priority, for the most texts a second. */
export type WorkerRole = 'quick' | 'bulk';

export interface Assignment {
	readonly role: WorkerRole;
	/** Whether the quick worker is loaded, busy or not. */
	readonly hasQuick: boolean;
	/** Whether the quick worker does nothing but single texts; see {@link keepsOneForSingles}. */
	readonly isQuickKept: boolean;
	/** Bulk workers that are loaded, busy or not. */
	readonly bulkWorkers: number;
	readonly demand: Demand;
	readonly waiting: Readonly<Record<Priority, number>>;
	/** The lane for a worker that serves both. */
	readonly nextLane: Priority | null;
}

/**
 * The lane that an idle worker takes its next batch from; null when it should rest. While interactive texts come now
 * and then, the quick worker waits for them alone and the bulk workers, over which the system gives it precedence, do
 * the rest. When they crowd, the bulk workers serve both lanes, since several texts at once are done sooner there.
 */
export function assignLane(assignment: Assignment): Priority | null {
	const { role, hasQuick, bulkWorkers, demand, waiting, nextLane } = assignment;
	if (!hasQuick || bulkWorkers === 0) return nextLane;
	const serves = demand === 'crowded' ? 'bulk' : 'quick';
	if (role === 'bulk') {
		if (serves === 'bulk') return nextLane;
		return waiting.bulk > 0 ? 'bulk' : null;
	}
	if (!assignment.isQuickKept) return nextLane;
	return serves === 'quick' && waiting.interactive > 0 ? 'interactive' : null;
}

export interface Keeping {
	/** Workers on the same cores would slow each other down; those on a GPU each do not. */
	readonly sharesCores: boolean;
	/** Since the last interactive batch. */
	readonly quietMs: number;
	/** As long as a worker would stay loaded for single texts alone. */
	readonly keepMs: number;
}

/** Whether one of several workers waits for single texts alone: always beside bulk workers on its cores, else while they come. */
export function keepsOneForSingles({ sharesCores, quietMs, keepMs }: Keeping): boolean {
	return sharesCores || quietMs <= keepMs;
}
