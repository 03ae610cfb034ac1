import type { WorkerRole } from './assign-lane';
import type { Demand } from './demand';

/** A run as long as this loses nothing to its overhead, and an idle host still feels quick. */
export const MAX_RUN_MS = 200;
/** Where an interactive text may have to wait for a bulk run to end: short enough that a person does not notice. */
export const MAX_SHARED_RUN_MS = 40;
/** So long after the last interactive text the next may still come. */
export const INTERACTIVE_MEMORY_MS = 10_000;

export interface Sharing {
	readonly role: WorkerRole;
	readonly bulkWorkers: number;
	readonly demand: Demand;
	/** Since the last interactive batch. */
	readonly quietMs: number;
}

/** How long a batch may run: short while an interactive text could have to wait for its end. */
export function maxRunMs({ role, bulkWorkers, demand, quietMs }: Sharing): number {
	if (quietMs > INTERACTIVE_MEMORY_MS) return MAX_RUN_MS;
	const isShared = bulkWorkers === 0 || demand === 'crowded' || role === 'quick';
	return isShared ? MAX_SHARED_RUN_MS : MAX_RUN_MS;
}
