import { HOUR_MS, tokensOf, type Arrival } from './arrival';
import { seededRandom } from './random';

export interface HoursWindow {
	readonly fromHour: number;
	readonly toHour: number;
}

export interface DayOptions {
	readonly documents: number;
	readonly documentCharacters: number;
	/** Into how many texts a document is cut, evenly; 1 = none. */
	readonly passages: number;
	/** Hours of the day at which an equal share of the documents comes, all at once. */
	readonly burstHours: readonly number[];
	/** Single requests, on average; they come by chance (a Poisson process). */
	readonly requestsPerHour: number;
	readonly requestCharacters: number;
	/** When single requests come. */
	readonly requestHours: readonly HoursWindow[];
	readonly charactersPerToken: number;
	readonly seed: number;
}

/** A day of bursts of documents, and single requests beside them; in the order of time. */
export function articleDay(options: DayOptions): Arrival[] {
	return [...documentsOf(options), ...requestsOf(options)].sort((a, b) => a.atMs - b.atMs);
}

function documentsOf(options: DayOptions): Arrival[] {
	const { documents, documentCharacters, passages, burstHours, charactersPerToken } = options;
	const tokens = tokensOf(documentCharacters / passages, charactersPerToken);
	const share = (position: number) => Math.floor((documents * position) / burstHours.length);
	return burstHours.flatMap((hour, position) =>
		Array.from({ length: passages * (share(position + 1) - share(position)) }, () => ({
			atMs: hour * HOUR_MS,
			tokens,
			lane: 'bulk' as const,
		})),
	);
}

function requestsOf(options: DayOptions): Arrival[] {
	const { requestsPerHour, requestHours, requestCharacters, charactersPerToken, seed } = options;
	if (requestsPerHour <= 0) return [];
	const random = seededRandom(seed);
	const tokens = tokensOf(requestCharacters, charactersPerToken);
	const arrivals: Arrival[] = [];
	for (const { fromHour, toHour } of requestHours) {
		let atMs = fromHour * HOUR_MS;
		for (;;) {
			atMs += (-Math.log(1 - random()) * HOUR_MS) / requestsPerHour;
			if (atMs >= toHour * HOUR_MS) break;
			arrivals.push({ atMs, tokens, lane: 'interactive' });
		}
	}
	return arrivals;
}
