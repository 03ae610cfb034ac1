import fc from 'fast-check';
import { expect, test } from 'vitest';

import { benchModule } from '../../support/bench-module';

interface Plan {
	readonly name: string;
	readonly shape: { readonly processes: number; readonly threads: number };
	readonly paddedTokens: number | null;
}
interface Plans {
	plansFor(cores: number): readonly Plan[];
	cutSorted(lengths: readonly number[], paddedTokens: number | null): number[][];
}
const { plansFor, cutSorted } = benchModule<Plans>('floor/plans.mjs');

test('every plan uses all cores and has a name of its own', () => {
	const plans = plansFor(4);
	expect(plans).toHaveLength(10);
	expect(new Set(plans.map(({ name }) => name)).size).toBe(10);
	for (const { shape } of plans) expect(shape.processes * shape.threads).toBe(4);
});

test('one core has one shape', () => expect(plansFor(1)).toHaveLength(5));

test.each([
	['one by one', null, [[1], [2], [0], [3]]],
	[
		'in batches, longest first',
		20,
		[
			[1, 2],
			[0, 3],
		],
	],
	['with a text that is longer than the budget', 9, [[1], [2], [0, 3]]],
])('texts of 4, 10, 10 and 3 tokens are cut %s', (_, paddedTokens, expected) => {
	expect(cutSorted([4, 10, 10, 3], paddedTokens)).toEqual(expected);
});

test('every text is in exactly one batch, and no batch of several is over the budget', () => {
	const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 60 });
	fc.assert(
		fc.property(lengths, fc.integer({ min: 1, max: 1_024 }), (tokens, budget) => {
			const batches = cutSorted(tokens, budget);
			expect(batches.flat().sort((a, b) => a - b)).toEqual([...tokens.keys()]);
			for (const batch of batches.filter(({ length }) => length > 1)) {
				const widest = Math.max(...batch.map((position) => tokens[position]!));
				expect(batch.length * widest).toBeLessThanOrEqual(budget);
			}
		}),
	);
});
