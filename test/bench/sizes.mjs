// How much work each workload is.

/** For figures to report. */
const FULL = {
	rounds: 5,
	warmUpRuns: 8,
	shortTexts: 2_000,
	shortListSize: 256,
	raggedTexts: 600,
	raggedListSize: 128,
	listsInFlight: 4,
	/** Tokens of the texts on which the pre-run picks the floor’s plans. */
	planTokens: 4_000,
	singles: 480,
	loneTexts: 200,
	/** A phase, all rounds together. */
	interactiveSingles: 300,
	singleEveryMs: 100,
	repeatedTexts: 2_000,
	/** Distinct texts that have been seen before. */
	seenTexts: 400,
	/** How often the repeated list is sent in a row, so that a round is not over in a blink. */
	cachedPasses: 10,
	restWaitMs: 3_000,
};

/** For trying out the benchmark itself: the figures mean nothing. */
const QUICK = {
	...FULL,
	rounds: 2,
	warmUpRuns: 2,
	shortTexts: 256,
	shortListSize: 64,
	raggedTexts: 96,
	raggedListSize: 32,
	planTokens: 1_500,
	singles: 64,
	loneTexts: 30,
	interactiveSingles: 40,
	repeatedTexts: 320,
	seenTexts: 64,
	cachedPasses: 3,
	restWaitMs: 1_000,
};

/** The share of repeated texts that have been seen before. */
export const SEEN_SHARE = 0.8;

/** @param rounds overrides the number of rounds */
export function sizesOf({ quick, rounds }) {
	const sizes = quick ? QUICK : FULL;
	return { ...sizes, ...(rounds !== undefined && { rounds }) };
}
