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

export interface BulkNeed {
	/** How long the first worker alone would need for what waits. */
	readonly backlogMs: number;
	/** For how long bulk texts have been waiting without a break. */
	readonly waitedMs: number;
	/** How long the first worker took to load. */
	readonly loadMs: number;
	readonly crowded: boolean;
	/** What the first worker takes. */
	readonly workerBytes: number;
	/** What the machine, or the container, still has. */
	readonly availableBytes: number;
	readonly bulkWorkers: number;
}

/** A start costs processor time that the queue could use: it must be worth more than a few loads. */
const LOADS_WORTH_A_START = 2;
/** Of the memory that is left, some stays for others. */
const USABLE_SHARE = 0.8;

/** Whether to start the bulk workers, and why (not). */
export function wantsBulkWorkers(need: BulkNeed): { readonly start: boolean; readonly reason: string } {
	const { backlogMs, waitedMs, loadMs, crowded, workerBytes, availableBytes, bulkWorkers } = need;
	if (bulkWorkers === 0) return { start: false, reason: 'one worker does everything here' };
	if (!crowded && Math.max(backlogMs, waitedMs) <= LOADS_WORTH_A_START * loadMs)
		return { start: false, reason: 'what waits is done sooner than a start would help' };
	if (bulkWorkers * workerBytes > USABLE_SHARE * availableBytes)
		return { start: false, reason: `${bulkWorkers} more workers do not fit into memory` };
	return { start: true, reason: crowded ? 'interactive texts crowd' : 'the queue is worth more than a start' };
}
