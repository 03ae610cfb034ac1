/** What is known of the loads of a model: the whole state of its circuit breaker. */
export interface BreakerState {
	/** Workers in a row that died while they loaded. */
	readonly deaths: number;
	/** How often it has opened since the last load that succeeded. */
	readonly openings: number;
	/** While it is open: nobody tries until then. Null while it is closed. */
	readonly openUntilMs: number | null;
}

export const CLOSED: BreakerState = { deaths: 0, openings: 0, openUntilMs: null };

/** So many may die by chance, and it costs no request. */
export const DEATHS_TO_OPEN = 3;
const FIRST_OPEN_MS = 10_000;
const LONGEST_OPEN_MS = 300_000;

/** `closed`: load. `half-open`: one may try, and whoever comes waits for it. `open`: refuse at once. */
export type BreakerVerdict = 'closed' | 'half-open' | 'open';

export function verdict({ openUntilMs }: BreakerState, nowMs: number): BreakerVerdict {
	if (openUntilMs === null) return 'closed';
	return nowMs < openUntilMs ? 'open' : 'half-open';
}

/** Three deaths in a row open it for 10 s; each death of a later try opens it again for twice as long, up to 5 minutes. */
export function afterDeath(state: BreakerState, nowMs: number): BreakerState {
	const deaths = state.deaths + 1;
	if (state.openUntilMs === null && deaths < DEATHS_TO_OPEN) return { ...state, deaths };
	const openMs = Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** state.openings);
	return { deaths, openings: state.openings + 1, openUntilMs: nowMs + openMs };
}
