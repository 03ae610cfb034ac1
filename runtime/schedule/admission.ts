import { EmbedError } from '../base/errors';

export interface Load {
	/** Tokens that wait or run. */
	readonly queuedTokens: number;
	readonly maxQueuedTokens: number;
	/** Measured; null before the first run. */
	readonly tokensPerSecond: number | null;
}

/** Said when nothing was measured yet: about as long as a model takes to load. */
const UNKNOWN_RETRY_S = 5;

/**
 * Whether a request fits into the queue. One that is larger than the whole queue is taken when nothing else waits.
 * @throws EmbedError `overloaded` that says after how many seconds, at the measured rate, there will be room
 */
export function admit(wantedTokens: number, { queuedTokens, maxQueuedTokens, tokensPerSecond }: Load): void {
	const overTokens = queuedTokens + wantedTokens - maxQueuedTokens;
	if (wantedTokens === 0 || queuedTokens === 0 || overTokens <= 0) return;
	const needed = Math.min(overTokens, queuedTokens);
	const retryAfterS = tokensPerSecond ? Math.max(1, Math.ceil(needed / tokensPerSecond)) : UNKNOWN_RETRY_S;
	throw new EmbedError(
		'overloaded',
		`${queuedTokens} tokens are queued, and the limit is ${maxQueuedTokens} (--max-queued-tokens). Try again in ${retryAfterS} s`,
		{ retryAfterS },
	);
}
