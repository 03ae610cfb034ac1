import { expect, test } from 'vitest';

import { HOUR_MS } from '../../../../runtime/simulate/arrival';
import { articleDay, type DayOptions } from '../../../../runtime/simulate/article-day';
import { ARTICLE_MS_PER_TOKEN } from '../../../../runtime/simulate/options';

const day: DayOptions = {
	documents: 50_000,
	documentCharacters: 800,
	passages: 1,
	burstHours: [9, 12, 18],
	requestsPerHour: 60,
	requestCharacters: 95,
	requestHours: [{ fromHour: 8, toHour: 20 }],
	charactersPerToken: 4,
	seed: 1,
};

test('all documents come, in equal bursts at their hours', () => {
	const bulk = articleDay(day).filter(({ lane }) => lane === 'bulk');
	expect(bulk).toHaveLength(50_000);
	expect(bulk.every(({ tokens }) => tokens === 200)).toBe(true);
	const perHour = [9, 12, 18].map((hour) => bulk.filter(({ atMs }) => atMs === hour * HOUR_MS).length);
	expect(perHour).toEqual([16_666, 16_667, 16_667]);
});

test('at the speed that is the default they are 22 % of 48 GPU hours', () => {
	const tokens = articleDay({ ...day, requestsPerHour: 0 }).reduce((sum, text) => sum + text.tokens, 0);
	expect((tokens * ARTICLE_MS_PER_TOKEN) / HOUR_MS).toBeCloseTo(10.56, 9);
});

test('passages divide a document’s work and leave it the same', () => {
	const bulk = articleDay({ ...day, passages: 8, requestsPerHour: 0 });
	expect(bulk).toHaveLength(400_000);
	expect(bulk[0]!.tokens).toBe(25);
});

test('single requests come in their hours only, about as many as asked for, in the order of time', () => {
	const arrivals = articleDay({ ...day, documents: 0, requestsPerHour: 600 });
	expect(arrivals.length).toBeGreaterThan(0.95 * 7_200);
	expect(arrivals.length).toBeLessThan(1.05 * 7_200);
	expect(arrivals.every(({ atMs }) => atMs >= 8 * HOUR_MS && atMs < 20 * HOUR_MS)).toBe(true);
	expect(arrivals).toEqual([...arrivals].sort((a, b) => a.atMs - b.atMs));
});

test('the same seed gives the same day, another seed another', () => {
	expect(articleDay(day)).toEqual(articleDay(day));
	expect(articleDay({ ...day, seed: 2 })).not.toEqual(articleDay(day));
});
