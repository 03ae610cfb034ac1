/** What a policy sees of the workers at a moment; durations in milliseconds. */
export interface FleetView {
	readonly nowMs: number;
	readonly readyWorkers: number;
	readonly loadingWorkers: number;
	/** Among the ready, those that share what is to be done; another may wait for single texts. */
	readonly servingWorkers: number;
	readonly waitingTexts: number;
	readonly runningTexts: number;
	/** What the ready and the loading workers need for what waits. */
	readonly drainMs: number;
	/** For how long bulk texts have been waiting without a break. */
	readonly waitedMs: number;
	readonly isCrowded: boolean;
	/** Measured; null before the first worker was loaded. */
	readonly loadMs: number | null;
	/** Of the idle worker that goes next; null when all are busy or none is there. */
	readonly idleMs: number | null;
	/** Busy share of the serving workers over a window that ends now; null while there is not enough to tell. */
	readonly utilization: (windowMs: number) => number | null;
}

export interface PolicyDecision {
	readonly workers: number;
	readonly reason: string;
	/** When to decide again even if nothing happens; null: not before something does. */
	readonly lookAgainMs: number | null;
}

/** How many workers there shall be; asked at every change. One object lives through one day. */
export interface ScalingPolicy {
	readonly name: string;
	/** Loaded when the day begins. */
	readonly firstWorkers: number;
	/**
	 * So long after the last single text one of several workers still waits for the next and leaves bulk work to the
	 * others; 0: all take whatever waits, single texts first.
	 */
	readonly keepForSinglesMs: number;
	decide(view: FleetView): PolicyDecision;
}
