import { describe, expect, test } from 'vitest';

import { chaosModule } from '../../support/chaos-module';

interface Plan {
	readonly indices: readonly number[];
	readonly fields: Readonly<Record<string, unknown>>;
	readonly hangUpAfterMs: number | null;
}
const { planRequest } = chaosModule<{
	planRequest(kind: 'bulk' | 'single', texts: number, random: () => number): Plan;
}>('load/plan-request.mjs');
const { ownTexts, variantOf } = chaosModule<{
	ownTexts(count: number): string[];
	variantOf(text: string, number: number): string;
}>('load/texts.mjs');
const { Tally } = chaosModule<{
	Tally: new () => { add(outcome: object): void; readonly counts: object; readonly faults: readonly string[] };
}>('load/tally.mjs');
const { seededRandom } = chaosModule<{ seededRandom(seed: number): () => number }>('../bench/texts/random.mjs');

const plansOf = (kind: 'bulk' | 'single') => {
	const random = seededRandom(1);
	return Array.from({ length: 500 }, () => planRequest(kind, 100, random));
};

describe('the mixed load', () => {
	test('has lists of 64 to 256 texts, in all encodings and some dimensions, and callers who hang up', () => {
		const plans = plansOf('bulk');
		expect(plans.every(({ indices }) => indices.length >= 64 && indices.length <= 256)).toBe(true);
		expect(plans.every(({ indices }) => indices.every((index) => index >= 0 && index < 100))).toBe(true);
		expect(new Set(plans.map(({ fields }) => fields.encoding_format))).toEqual(new Set(['float', 'base64']));
		expect(new Set(plans.map(({ fields }) => fields.dimensions))).toEqual(new Set([undefined, 256, 64]));
		const hangUps = plans.filter(({ hangUpAfterMs }) => hangUpAfterMs !== null).length;
		expect(hangUps).toBeGreaterThan(10);
		expect(hangUps).toBeLessThan(60);
	});

	test('has single texts, and a few with one of them twice', () => {
		const few = plansOf('single').filter(({ indices }) => indices.length > 1);
		expect(few.length).toBeGreaterThan(50);
		expect(few.every(({ indices }) => indices[0] === indices.at(-1))).toBe(true);
	});
});

test('texts of our own are distinct', () => {
	expect(new Set(ownTexts(2_000)).size).toBe(2_000);
});

test('variants of a text differ in nothing but capitals', () => {
	const variants = Array.from({ length: 64 }, (_, i) => variantOf('Straße 7, old town', i));
	expect(new Set(variants).size).toBe(64);
	expect(new Set(variants.map((text) => text.toLowerCase()))).toEqual(new Set(['straße 7, old town']));
});

test('a tally counts each outcome and keeps what the first faults said', () => {
	const tally = new Tally();
	for (const outcome of ['answered', 'refused', 'hungUp', 'failed', 'wrong'])
		tally.add({ outcome, kind: 'single', ms: 1, detail: outcome });
	expect(tally.counts).toEqual({ answered: 1, refused: 1, hungUp: 1, failed: 1, wrong: 1 });
	expect(tally.faults).toEqual(['failed, single: failed', 'wrong, single: wrong']);
});
