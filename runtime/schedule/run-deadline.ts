/** How slow a kind of worker has been at worst; what tells a slow run from one that hangs. */
export interface KnownSpeed {
	/** Of the slowest size of run, with what a run costs beside its tokens. */
	readonly msPerToken: number;
	/** Padded tokens of the largest run that this was learned from. */
	readonly largestTokens: number;
}

export interface WatchedRun {
	readonly paddedTokens: number;
	/** Null before anything was learned. */
	readonly speed: KnownSpeed | null;
	/** Programs that want to run for each processor; at most 1 where nobody has to wait. */
	readonly loadPerCore: number;
	/** Workers that already ended with one of its texts: perhaps they were only slow. */
	readonly earlierDeaths: number;
}

/** No run is given up before: a machine that swaps is slow, and not hung. */
export const SHORTEST_DEADLINE_MS = 10_000;
/** A run may take so many times what is known of runs like it. */
const PATIENCE = 10;
/** Without any knowledge: the slowest machine that anybody would wait for. */
const UNKNOWN = { ms: 60_000, msPerToken: 200 };
const MAX_DOUBLINGS = 4;
const MOST_LOAD = 8;

/**
 * After how many milliseconds a run that is under way counts as hung. Far too generous for every run that is only
 * slow: a wrong verdict costs a load, and three of them a text.
 */
export function runDeadlineMs({ paddedTokens, speed, loadPerCore, earlierDeaths }: WatchedRun): number {
	const unknownMs = UNKNOWN.ms + UNKNOWN.msPerToken * paddedTokens;
	const allowedMs = speed ? knownDeadlineMs(paddedTokens, speed, unknownMs) : unknownMs;
	const doubled = 2 ** Math.min(MAX_DOUBLINGS, earlierDeaths);
	return doubled * Math.max(SHORTEST_DEADLINE_MS, slowness(loadPerCore) * allowedMs);
}

/** How many times as long as usual something may take while so many programs want to run for each processor. */
export function slowness(loadPerCore: number): number {
	return Math.min(MOST_LOAD, Math.max(1, loadPerCore));
}

function knownDeadlineMs(paddedTokens: number, { msPerToken, largestTokens }: KnownSpeed, unknownMs: number): number {
	const plainMs = PATIENCE * msPerToken * paddedTokens;
	// Attention grows with the square: of runs larger than any that was seen, each token costs more.
	const growth = Math.max(1, paddedTokens / Math.max(1, largestTokens));
	return Math.max(plainMs, Math.min(plainMs * growth, unknownMs));
}
