import type { PricedResult } from './compare';
import { HOUR_MS } from './arrival';

/** One line of the table: what it is, and its value under a policy. */
export interface Figure {
	readonly name: string;
	readonly of: (result: PricedResult) => string;
}

export const FIGURES: readonly Figure[] = [
	{ name: 'GPU hours', of: ({ gpuHours }) => gpuHours.toFixed(2) },
	{ name: 'cost', of: ({ cost }) => cost.toFixed(2) },
	{ name: 'cost a month', of: ({ costPerMonth }) => Math.round(costPerMonth).toLocaleString('en') },
	{ name: 'saved', of: ({ saved }) => percent(saved) },
	{ name: 'utilisation', of: ({ utilization }) => percent(utilization) },
	{ name: 'most workers', of: ({ mostWorkers }) => String(mostWorkers) },
	{ name: 'starts of workers', of: ({ starts }) => String(starts) },
	{ name: 'of these cold', of: ({ coldStarts }) => String(coldStarts) },
	...(['p50', 'p95', 'p99'] as const).flatMap((rank) => [
		{ name: `single: wait ${rank}`, of: ({ lanes }: PricedResult) => duration(lanes.interactive.waitMs[rank]) },
		{ name: `single: answer ${rank}`, of: ({ lanes }: PricedResult) => duration(lanes.interactive.answerMs[rank]) },
	]),
	...(['p50', 'p95', 'p99'] as const).map((rank) => ({
		name: `bulk: wait ${rank}`,
		of: ({ lanes }: PricedResult) => duration(lanes.bulk.waitMs[rank]),
	})),
];

export function percent(share: number): string {
	return `${(100 * share).toFixed(1)} %`;
}

/** In the unit that reads best; a dash for null. */
export function duration(ms: number | null): string {
	if (ms === null) return '–';
	if (ms < 1_000) return `${Math.round(ms)} ms`;
	if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
	return ms < HOUR_MS ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / HOUR_MS).toFixed(2)} h`;
}

/** Hours and minutes since the first midnight, with seconds: 09:00:30; 33:00:00 on the second day. */
export function timeOfDay(atMs: number): string {
	const seconds = Math.floor(atMs / 1_000);
	return [seconds / 3_600, (seconds / 60) % 60, seconds % 60]
		.map((part) => String(Math.floor(part)).padStart(2, '0'))
		.join(':');
}

/** What the article reports of its own elastic set-up. */
export const ARTICLE = { saved: 0.68, utilization: 0.68, p95Ms: 110 } as const;

/** How a result compares with the article’s. */
export function againstArticle({ saved, utilization, lanes }: PricedResult): string {
	const p95 = lanes.interactive.answerMs.p95;
	const word = (isBetter: boolean) => (isBetter ? 'beaten' : 'missed');
	return [
		`saved ${percent(saved)} against 68 % (${word(saved > ARTICLE.saved)})`,
		`utilisation ${percent(utilization)} against 68 % (${word(utilization > ARTICLE.utilization)})`,
		p95 === null
			? 'no single requests'
			: `P95 of single requests ${duration(p95)} against 110 ms (${p95 <= ARTICLE.p95Ms ? 'kept' : 'missed'})`,
	].join('; ');
}
