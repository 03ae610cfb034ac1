import { expect, test } from 'vitest';

import { benchModule } from '../../support/bench-module';

type Random = () => number;
interface RandomModule {
	seededRandom(seed: number): Random;
	zipf(random: Random, size: number): () => number;
}
interface Ragged {
	raggedTexts(
		count: number,
		options: { sources: readonly string[]; countTokens: (word: string) => number; specialTokens: number },
	): string[];
}
interface Repeated {
	repeatedTexts(options: {
		count: number;
		seenShare: number;
		seen: readonly string[];
		fresh: readonly string[];
		seed: number;
	}): { texts: string[]; unseen: string[] };
}
const { seededRandom, zipf } = benchModule<RandomModule>('texts/random.mjs');
const { raggedTexts } = benchModule<Ragged>('texts/ragged.mjs');
const { repeatedTexts } = benchModule<Repeated>('texts/repeated.mjs');

test('the first of Zipf’s positions comes about twice as often as the second', () => {
	const draw = zipf(seededRandom(1), 100);
	const counts = new Array<number>(100).fill(0);
	for (let i = 0; i < 20_000; i++) counts[draw()]!++;
	expect(counts[0]! / counts[1]!).toBeGreaterThan(1.8);
	expect(counts[0]! / counts[1]!).toBeLessThan(2.2);
	expect(counts.every((count) => count > 0)).toBe(true);
});

test('ragged texts are the same every time, 8 to 256 tokens long, and half of them shorter than 45', () => {
	const sources = Array.from({ length: 500 }, (_, i) => `word${i} another unbelievably`);
	const countTokens = (word: string) => (word === 'unbelievably' ? 4 : 1);
	const make = () => raggedTexts(600, { sources, countTokens, specialTokens: 2 });
	const texts = make();
	expect(make()).toEqual(texts);
	const tokens = texts.map((text) => 2 + text.split(' ').reduce((sum, word) => sum + countTokens(word), 0));
	expect(Math.min(...tokens)).toBeGreaterThanOrEqual(8);
	expect(Math.max(...tokens)).toBeLessThanOrEqual(256);
	expect(Math.max(...tokens)).toBeGreaterThan(200);
	const shorter = tokens.filter((count) => count < 45).length;
	expect(shorter).toBeGreaterThan(240);
	expect(shorter).toBeLessThan(360);
});

const seen = Array.from({ length: 50 }, (_, i) => `seen ${i}`);
const fresh = Array.from({ length: 100 }, (_, i) => `fresh ${i}`);

test('of repeated texts the share was seen before, and every other one is new and there once', () => {
	const { texts, unseen } = repeatedTexts({ count: 200, seenShare: 0.8, seen, fresh, seed: 3 });
	expect(texts).toHaveLength(200);
	expect(unseen).toEqual(fresh.slice(0, 40));
	expect(texts.filter((text) => text.startsWith('fresh')).sort()).toEqual([...unseen].sort());
	expect(texts.filter((text) => !seen.includes(text))).toHaveLength(40);
});

test('too few new texts are refused', () => {
	const options = { count: 200, seenShare: 0.8, seen, fresh: fresh.slice(0, 39), seed: 3 };
	expect(() => repeatedTexts(options)).toThrow('not enough');
});
