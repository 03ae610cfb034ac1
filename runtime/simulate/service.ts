/** How fast a worker is. */
export interface Service {
	/** Of a run, for each padded token. */
	readonly msPerToken: number;
	/** Of a run, beside its tokens. */
	readonly overheadMs: number;
	/** From the start of a worker to its first run. */
	readonly loadMs: number;
	/** No run is planned longer while single texts may come, unless one text alone takes longer; beside the host’s own bound. */
	readonly maxSharedRunMs: number;
}

export function runMs({ msPerToken, overheadMs }: Service, paddedTokens: number): number {
	return overheadMs + msPerToken * paddedTokens;
}

/** Padded tokens that a run of at most so long holds; at least one. */
export function tokensWithin({ msPerToken, overheadMs }: Service, maxMs: number): number {
	return Math.max(1, Math.floor((maxMs - overheadMs) / msPerToken + 1e-9));
}

/** Milliseconds of a token at which a day’s documents are so many hours of work for one worker. */
export function calibrate(busyHours: number, tokens: number): number {
	return (busyHours * 3_600_000) / tokens;
}
