/** A batch size and how fast runs of about that size were. */
export interface Rung {
	/** Padded tokens of a run, at most; a power of two. */
	readonly tokens: number;
	readonly msPerToken: number;
	readonly runs: number;
}

export interface BudgetLimits {
	/** A run should not take longer than this. */
	readonly maxRunMs: number;
	/** No budget above this, whatever its speed; lowered after memory faults. */
	readonly maxTokens: number;
}

export const SMALLEST_BUDGET = 16;
/** Before anything was measured: small batches are fast on processors, and their runs are short. */
export const FIRST_BUDGET = 256;
/** A larger batch must be faster by this share to be worth its longer runs and its memory. */
const WORTHWHILE = 0.03;
/** One run may be an accident of the machine. */
const MIN_RUNS = 2;

/** The size whose runs are counted with this many padded tokens; null for a run that fills none well. */
export function rungOf(paddedTokens: number): number | null {
	const tokens = Math.max(SMALLEST_BUDGET, 2 ** Math.ceil(Math.log2(paddedTokens)));
	return paddedTokens >= 0.7 * tokens ? tokens : null;
}

/** The fastest size measured whose runs are short enough; of sizes about as fast, the smallest. */
export function chooseBudget(rungs: readonly Rung[], { maxRunMs, maxTokens }: BudgetLimits): number {
	const known = rungs.filter(({ runs }) => runs >= MIN_RUNS);
	const slowest = Math.max(0, ...known.map(({ msPerToken }) => msPerToken));
	const untried = !known.some(({ tokens }) => tokens === FIRST_BUDGET);
	// Whoever has seen single texts only has no reason to run everything one by one.
	if (untried && FIRST_BUDGET * slowest <= maxRunMs) return Math.min(FIRST_BUDGET, maxTokens);
	const allowed = known.filter(({ tokens, msPerToken }) => tokens <= maxTokens && tokens * msPerToken <= maxRunMs);
	if (allowed.length === 0) return withinTime(known, { maxRunMs, maxTokens });
	const fastest = Math.min(...allowed.map(({ msPerToken }) => msPerToken));
	const good = allowed.filter(({ msPerToken }) => msPerToken <= fastest * (1 + WORTHWHILE));
	return Math.min(...good.map(({ tokens }) => tokens));
}

/** On a device where every size that was measured takes too long: as many tokens as the time holds. */
function withinTime(known: readonly Rung[], { maxRunMs, maxTokens }: BudgetLimits): number {
	const msPerToken = Math.min(...known.map((rung) => rung.msPerToken));
	return Math.max(SMALLEST_BUDGET, Math.min(maxTokens, Math.floor(maxRunMs / msPerToken)));
}

/**
 * A size worth trying because it is not known yet: the usual one, or the next larger or smaller than the best, if a run
 * of it is short enough; null when there is none.
 */
export function sizeToTry(rungs: readonly Rung[], limits: BudgetLimits): number | null {
	const known = rungs.filter(({ runs }) => runs >= MIN_RUNS);
	// Only powers of two are ever known, whatever the bounds make of the budget.
	const best = 2 ** Math.floor(Math.log2(Math.max(SMALLEST_BUDGET, chooseBudget(known, limits))));
	const msPerToken = Math.max(0, ...known.map((rung) => rung.msPerToken));
	const isWorthTrying = (tokens: number) =>
		!known.some((rung) => rung.tokens === tokens) &&
		tokens >= SMALLEST_BUDGET &&
		tokens <= limits.maxTokens &&
		tokens * msPerToken <= limits.maxRunMs;
	return [FIRST_BUDGET, best, 2 * best, best / 2, 4 * best].find(isWorthTrying) ?? null;
}

/** The sizes next to the best, as far as their runs are short enough: what was measured of them may be out of date. */
export function neighbours(rungs: readonly Rung[], limits: BudgetLimits): number[] {
	const best = chooseBudget(rungs, limits);
	return rungs
		.filter(({ tokens }) => tokens === best / 2 || tokens === 2 * best)
		.filter(({ tokens, msPerToken }) => tokens <= limits.maxTokens && tokens * msPerToken <= limits.maxRunMs)
		.map(({ tokens }) => tokens);
}
