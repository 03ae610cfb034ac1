/** What is known at the moment of a decision; durations in milliseconds, utilisation from 0 to 1. */
export interface ScalingView {
	readonly nowMs: number;
	/** Loaded, busy or not. */
	readonly readyWorkers: number;
	readonly loadingWorkers: number;
	/** Those among the ready that share what is to be done; the others wait for single texts. */
	readonly servingWorkers: number;
	readonly minWorkers: number;
	/**
	 * How many workers are worth having, ascending; the last is the most there may be. On GPUs 1, 2, 3 …; on a processor
	 * one with all threads, or it and as many as fill the cores: fewer would do less than the one alone.
	 */
	readonly levels: readonly number[];
	/** How many more would fit into memory; asked only where more are wanted, since a look at the system’s memory takes time. */
	readonly workersThatFit: () => number;
	/** Whether any text waits or is about to. */
	readonly isWanted: boolean;
	/** For what waits, with the ready and the loading workers; null while their speed is not known. */
	readonly drainMs: number | null;
	/** For how long texts that nobody waits for one by one have been waiting without a break. */
	readonly waitedMs: number;
	/** Single texts come many at a time. */
	readonly isCrowded: boolean;
	/** How long a worker took to load; null before the first. */
	readonly loadMs: number | null;
	/** Over the last {@link SHORT_WINDOW_MS}, of the serving workers; null while there is not enough to tell. */
	readonly utilization: number | null;
	/** The same over {@link STABLE_WINDOW_MS}. */
	readonly stableUtilization: number | null;
	/** Of the worker that would be retired next; null when none is idle. */
	readonly idleMs: number | null;
	readonly idleTimeoutMs: number;
	readonly targetUtilization: number;
}

/** What one decision leaves for the next. */
export interface ScalingMemory {
	/** A burst was seen: until then no worker is retired. */
	readonly panicUntilMs: number;
	/** Utilisation from before the last change says nothing of the workers after it. */
	readonly changedAtMs: number;
}

export interface ScalingDecision {
	/** How many workers there shall be; the number there is when nothing is to be done. */
	readonly workers: number;
	readonly reason: string;
	readonly memory: ScalingMemory;
	/** When to decide again even if nothing happens; null: not before something does. */
	readonly lookAgainMs: number | null;
}

export const SHORT_WINDOW_MS = 10_000;
export const STABLE_WINDOW_MS = 60_000;
export const PANIC_WINDOW_MS = 60_000;
/** A start costs processor time and memory that what waits could use: it must be worth more than a few loads. */
const LOADS_WORTH_A_START = 2;
/** The next worker to go, if several shall, goes so long after the one before. */
const AFTER_CHANGE_MS = 1_000;
/** Retire below this share of the target: 0.45 of 0.65. The distance keeps the number of workers from flapping. */
const DOWN_SHARE = 0.45 / 0.65;

export const FIRST_MEMORY: ScalingMemory = {
	panicUntilMs: Number.NEGATIVE_INFINITY,
	changedAtMs: Number.NEGATIVE_INFINITY,
};

/**
 * How many workers there shall be, and why. Up by as many as are needed, down one at a time; a panic window after bursts
 * as in Knative’s autoscaler (https://knative.dev/docs/serving/autoscaling/kpa-specific/).
 */
export function decideWorkers(view: ScalingView, memory: ScalingMemory): ScalingDecision {
	const workers = view.readyWorkers + view.loadingWorkers;
	const up = wantedUp(view, memory, workers);
	if (up !== null) {
		const fitting = largestLevel(view, up.workers, workers);
		if (fitting > workers) return change(view, memory, { ...up, workers: fitting });
		const most = view.levels.at(-1)!;
		const reason =
			workers >= most
				? `${up.reason}; there are as many workers as there may be`
				: `${up.reason}; more do not fit into memory`;
		return stay(view, { ...memory, ...(up.isBurst && panic(view)) }, workers, reason);
	}
	const down = wantedDown(view, memory, workers);
	if (down !== null) return change(view, memory, { workers: workers - 1, reason: down, isBurst: false });
	return stay(view, memory, workers, workers === 0 ? 'nothing to do' : 'enough workers, and not too many');
}

interface Wish {
	readonly workers: number;
	readonly reason: string;
	readonly isBurst: boolean;
}

function wantedUp(view: ScalingView, memory: ScalingMemory, workers: number): Wish | null {
	const { minWorkers, isWanted, drainMs, waitedMs, isCrowded, loadMs, utilization, targetUtilization } = view;
	if (workers < minWorkers) return { workers: minWorkers, reason: `${minWorkers} workers at least`, isBurst: false };
	if (workers === 0) return isWanted ? { workers: 1, reason: 'cold start: texts wait', isBurst: false } : null;
	if (loadMs === null) return null;
	const worthMs = LOADS_WORTH_A_START * loadMs;
	if (drainMs !== null && drainMs > worthMs) {
		const reason = `what waits takes ${seconds(drainMs)}, a start ${seconds(loadMs)}`;
		return { workers: Math.max(workers + 1, Math.ceil((drainMs * workers) / worthMs)), reason, isBurst: true };
	}
	// Those that load are not judged before they work.
	if (view.loadingWorkers > 0) return null;
	if (waitedMs > worthMs)
		return {
			workers: workers + 1,
			reason: `texts have waited for ${seconds(waitedMs)} without a break`,
			isBurst: true,
		};
	if (isCrowded) return { workers: workers + 1, reason: 'single texts come many at a time', isBurst: true };
	if (utilization === null || view.nowMs - memory.changedAtMs < SHORT_WINDOW_MS) return null;
	if (utilization <= targetUtilization) return null;
	const needed = Math.ceil((workers * utilization) / targetUtilization);
	return { workers: Math.max(workers + 1, needed), reason: over(utilization, targetUtilization), isBurst: false };
}

function wantedDown(view: ScalingView, memory: ScalingMemory, workers: number): string | null {
	const { minWorkers, nowMs, idleMs, idleTimeoutMs, stableUtilization, targetUtilization, servingWorkers } = view;
	if (workers <= minWorkers || view.loadingWorkers > 0 || idleMs === null) return null;
	// The last worker is wanted until nobody has wanted it for a while, however little it does.
	if (workers === 1) return idleMs >= idleTimeoutMs && !view.isWanted ? `idle for ${seconds(idleMs)}` : null;
	if (nowMs < memory.panicUntilMs) return null;
	if (idleMs >= surplusIdleMs(view)) return `a worker was idle for ${seconds(idleMs)}`;
	if (stableUtilization === null || nowMs - memory.changedAtMs < STABLE_WINDOW_MS) return null;
	const least = DOWN_SHARE * targetUtilization;
	const without = servingWorkers > 1 ? (stableUtilization * servingWorkers) / (servingWorkers - 1) : 0;
	if (stableUtilization >= least || without >= targetUtilization) return null;
	return `utilisation ${percent(stableUtilization)} under ${percent(least)} for ${seconds(STABLE_WINDOW_MS)}`;
}

/**
 * How long a worker beside the last may idle: what a start costs, as in ski rental, since waiting longer costs more than
 * starting it again; but no longer than the last one.
 */
function surplusIdleMs({ idleTimeoutMs, loadMs }: ScalingView): number {
	return Math.min(idleTimeoutMs, Math.max(SHORT_WINDOW_MS, LOADS_WORTH_A_START * (loadMs ?? Number.POSITIVE_INFINITY)));
}

/** The smallest level that is enough, or the largest that fits. */
function largestLevel({ levels, workersThatFit }: ScalingView, wanted: number, workers: number): number {
	const most = workers + workersThatFit();
	const possible = levels.filter((level) => level > workers && level <= most);
	return possible.find((level) => level >= wanted) ?? possible.at(-1) ?? workers;
}

function change(view: ScalingView, memory: ScalingMemory, { workers, reason, isBurst }: Wish): ScalingDecision {
	const after = { ...memory, changedAtMs: view.nowMs, ...(isBurst && panic(view)) };
	return { workers, reason, memory: after, lookAgainMs: workers === 0 ? null : AFTER_CHANGE_MS };
}

function stay(view: ScalingView, memory: ScalingMemory, workers: number, reason: string): ScalingDecision {
	return { workers, reason, memory, lookAgainMs: lookAgain(view, memory, workers) };
}

function panic({ nowMs }: ScalingView): Pick<ScalingMemory, 'panicUntilMs'> {
	return { panicUntilMs: nowMs + PANIC_WINDOW_MS };
}

/** The earliest moment at which time alone can change the decision. */
function lookAgain(view: ScalingView, memory: ScalingMemory, workers: number): number | null {
	const { nowMs, idleMs, idleTimeoutMs, loadMs, waitedMs, minWorkers } = view;
	const moments = [];
	if (workers > Math.max(1, minWorkers))
		// Utilisation falls while nothing happens.
		moments.push(SHORT_WINDOW_MS, memory.panicUntilMs - nowMs, memory.changedAtMs + STABLE_WINDOW_MS - nowMs);
	const limitMs = workers === 1 ? idleTimeoutMs : surplusIdleMs(view);
	if (workers > minWorkers && idleMs !== null) moments.push(limitMs - idleMs);
	if (loadMs !== null && waitedMs > 0) moments.push(LOADS_WORTH_A_START * loadMs + 1 - waitedMs);
	const earliest = Math.min(...moments.filter((moment) => moment > 0));
	// A clock counts whole milliseconds at best: less would be now.
	return Number.isFinite(earliest) ? Math.max(1, earliest) : null;
}

function over(utilization: number, target: number): string {
	return `utilisation ${percent(utilization)} over ${percent(target)} for ${seconds(SHORT_WINDOW_MS)}`;
}

function percent(share: number): string {
	return `${Math.round(100 * share)} %`;
}

function seconds(ms: number): string {
	return `${Math.round(ms / 100) / 10} s`;
}
