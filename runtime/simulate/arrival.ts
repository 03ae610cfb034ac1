import type { Priority } from '../base/provider';

/** A text that comes to the host. */
export interface Arrival {
	/** Since midnight of the first day. */
	readonly atMs: number;
	readonly tokens: number;
	readonly lane: Priority;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Tokens of a text of so many characters; at least one. */
export function tokensOf(characters: number, charactersPerToken: number): number {
	return Math.max(1, Math.round(characters / charactersPerToken));
}
