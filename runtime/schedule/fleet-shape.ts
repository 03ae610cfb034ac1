/** The worker processes a model may have on a processor. */
export interface FleetShape {
	/** Threads of the first worker: all, since that makes a single text quickest. */
	readonly quickThreads: number;
	/** Further workers for bulk work; 0 = the first does everything. */
	readonly bulkWorkers: number;
	readonly bulkThreads: number;
}

/** More processes would multiply the model in memory for little: their threads share what is left. */
const MOST_BULK_WORKERS = 8;

/**
 * One worker with all threads, and for bulk work as many more with few threads each as fill the cores: several
 * processes with a thread each do more texts a second than one process with several threads.
 * @param maxWorkers bound on all of them; 0 = by cores
 */
export function shapeFleet(cores: number, maxWorkers: number): FleetShape {
	const most = maxWorkers === 0 ? MOST_BULK_WORKERS : maxWorkers - 1;
	const bulkWorkers = cores === 1 && maxWorkers === 0 ? 0 : Math.min(cores, most, MOST_BULK_WORKERS);
	return {
		quickThreads: cores,
		bulkWorkers,
		bulkThreads: bulkWorkers === 0 ? 0 : Math.max(1, Math.floor(cores / bulkWorkers)),
	};
}
