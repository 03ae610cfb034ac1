/** The first wait of a series when the server names none. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Some servers answer with a fraction of nothing. */
const SHORTEST_WAIT_MS = 100;
/** Added to a wait that the server named, as a share of it: callers refused together shall not come back together. */
const TOLD_JITTER = 0.25;

export interface WaitQuestion {
	/** How often the call has failed in this way, from 1. */
	readonly attempt: number;
	/** How long it has waited already. */
	readonly waitedMs: number;
	/** How long it may wait in all. 0: not at all. */
	readonly patienceMs: number;
	/** What the server said, in seconds. */
	readonly retryAfterS?: number | undefined;
	/** 0 to 1. */
	readonly random: number;
}

/**
 * How long to wait before a call is made again: never less than the server said; without its word 0.5 to 1 s at first,
 * twice as long each time, up to 30 s. Null when patience would not last for the wait: then there is no use in starting it.
 */
export function nextWaitMs({ attempt, waitedMs, patienceMs, retryAfterS, random }: WaitQuestion): number | null {
	if (patienceMs <= 0) return null;
	const waitMs =
		retryAfterS === undefined
			? Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS) * (0.5 + random / 2)
			: Math.max(retryAfterS * 1_000, SHORTEST_WAIT_MS) * (1 + TOLD_JITTER * random);
	return waitedMs + waitMs <= patienceMs ? waitMs : null;
}
