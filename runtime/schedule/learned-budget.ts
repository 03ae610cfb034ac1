import {
	chooseBudget,
	neighbours,
	rungOf,
	sizeToTry,
	SMALLEST_BUDGET,
	type BudgetLimits,
	type Rung,
} from './batch-budget';
import type { BatchLimits } from './fit-batch';
import { RunCost } from './run-cost';
import type { KnownSpeed } from './run-deadline';

/**
 * How far one run moves the measured speed of its size. A run that others on the machine disturbed says little, and sizes
 * are compared that were measured at different times: so a quick run counts at once, a slow one only if it is the rule.
 */
const SMOOTHING = { quicker: 0.9, slower: 0.02 };
/** Of so many batches, one tries a size that is not known yet, or looks again at one that was slower. */
const BATCHES_PER_TRIAL = 16;
/** After a memory fault, so many runs without one allow twice as much again. */
const RUNS_TO_GROW = 64;
/** Padding a row may add before the cost of a run is known. */
const FIRST_PADDING_TOKENS = 8;
/** A wrong estimate must not make batches that are mostly padding. */
const MAX_PADDING_TOKENS = 64;

/** What is kept of a budget between two lives of a host. */
export type LearnedRungs = readonly Rung[];

/** The batch size of one kind of worker for one model, learned from its runs. */
export class LearnedBudget {
	readonly #rungs = new Map<number, Rung>();
	readonly #cost = new RunCost();
	readonly #maxTokens: number;
	#cap = Number.POSITIVE_INFINITY;
	#runsSinceFault = 0;
	#batches = 0;
	#largestTokens = 0;

	/** @param maxTokens the operator’s bound on padded tokens in a batch */
	constructor(maxTokens: number, known: LearnedRungs = []) {
		this.#maxTokens = maxTokens;
		for (const rung of known) {
			this.#rungs.set(rung.tokens, rung);
			this.#largestTokens = Math.max(this.#largestTokens, rung.tokens);
		}
	}

	record(paddedTokens: number, ms: number): void {
		this.#cost.record(paddedTokens, ms);
		this.#largestTokens = Math.max(this.#largestTokens, paddedTokens);
		if (++this.#runsSinceFault % RUNS_TO_GROW === 0) this.#cap *= 2;
		const tokens = rungOf(paddedTokens);
		if (tokens === null) return;
		const { msPerToken: before, runs } = this.#rungs.get(tokens) ?? { msPerToken: ms / paddedTokens, runs: 0 };
		const change = ms / paddedTokens - before;
		const msPerToken = before + (change < 0 ? SMOOTHING.quicker : SMOOTHING.slower) * change;
		this.#rungs.set(tokens, { tokens, msPerToken, runs: runs + 1 });
	}

	/**
	 * A run of so many padded tokens did not fit into memory: half of it is the new bound, which grows back.
	 * @param least below which it is not lowered; default: the smallest size
	 */
	halve(paddedTokens: number, least = SMALLEST_BUDGET): void {
		this.#cap = Math.min(this.#cap, Math.max(least, paddedTokens / 2));
		this.#runsSinceFault = 0;
	}

	/** For the next batch. @param maxRunMs how long a run may take; the shorter, the sooner an interactive text runs */
	limits(maxRunMs: number): Omit<BatchLimits, 'maxRows'> {
		const limits = this.#limits(maxRunMs);
		const isTrial = this.#rungs.size > 0 && ++this.#batches % BATCHES_PER_TRIAL === 0;
		const trial = isTrial ? this.#trial(limits) : null;
		return {
			maxBatchTokens: trial ?? chooseBudget(this.rungs, limits),
			maxPaddingTokensPerRow: Math.min(MAX_PADDING_TOKENS, this.#cost.overheadTokens ?? FIRST_PADDING_TOKENS),
		};
	}

	/** A size that an idle moment may measure; null when enough is known. */
	sizeToMeasure(maxRunMs: number): number | null {
		return this.#rungs.size === 0 ? SMALLEST_BUDGET : sizeToTry(this.rungs, this.#limits(maxRunMs));
	}

	/** Null before the first run. */
	get msPerToken(): number | null {
		return this.#cost.msPerToken;
	}

	/** The slowest that was learned, overhead included; null before the first run. */
	get speed(): KnownSpeed | null {
		const known = [this.#cost.averageMsPerToken ?? 0, ...this.rungs.map(({ msPerToken }) => msPerToken)];
		const msPerToken = Math.max(...known);
		return msPerToken > 0 ? { msPerToken, largestTokens: this.#largestTokens } : null;
	}

	get rungs(): Rung[] {
		return [...this.#rungs.values()].sort((a, b) => a.tokens - b.tokens);
	}

	#trial(limits: BudgetLimits): number | null {
		const unknown = sizeToTry(this.rungs, limits);
		if (unknown !== null) return unknown;
		const known = neighbours(this.rungs, limits);
		return known[(this.#batches / BATCHES_PER_TRIAL) % known.length] ?? null;
	}

	#limits(maxRunMs: number): BudgetLimits {
		return { maxRunMs, maxTokens: Math.min(this.#maxTokens, this.#cap) };
	}
}
