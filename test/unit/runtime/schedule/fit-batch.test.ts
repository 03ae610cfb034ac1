import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fitBatch } from '../../../../runtime/schedule/fit-batch';

const limits = (maxBatchTokens: number, maxRows = Number.POSITIVE_INFINITY, maxPaddingTokensPerRow = 1_000) => ({
	maxBatchTokens,
	maxRows,
	maxPaddingTokensPerRow,
});

test.each([
	['nothing when nothing waits', [], limits(100), []],
	['the only text', [5], limits(100), [0]],
	['all that fit', [5, 5, 5], limits(15), [0, 1, 2]],
	['no row too many', [5, 5, 5], limits(14), [0, 1]],
	['padding into account', [2, 8], limits(15), [0]],
	['padding of exactly the budget', [2, 8], limits(16), [0, 1]],
	['the oldest, however little it is like the others', [50, 2, 2, 2], limits(60), [0]],
	['a text over the budget alone', [300, 2, 2], limits(256), [0]],
	['those nearest in length to the oldest', [10, 90, 11, 9, 50], limits(33), [0, 2, 3]],
	['the older of two that are equally near', [10, 12, 12, 12], limits(24), [0, 1]],
	['one row where company changes a vector', [5, 5, 5], limits(100, 1), [0]],
	['no more rows than allowed', [5, 5, 5], limits(100, 2), [0, 1]],
	['a shorter text that fits after a longer one that does not', [10, 12, 7], limits(22), [0, 2]],
	['no shorter text that would be padded too much', [10, 7, 6], limits(100, 9, 3), [0, 1]],
	['no longer text that would pad the others too much', [10, 10, 12], limits(100, 9, 3), [0, 1]],
	['a longer text whose padding of the others is worth it', [10, 10, 11], limits(100, 9, 3), [0, 1, 2]],
	['only its like where no padding is worth it', [10, 11, 10, 9], limits(100, 9, 0), [0, 2]],
])('takes %s', (_, lengths, bounds, expected) => {
	expect(fitBatch(lengths, bounds)).toEqual(expected);
});

test('whatever waits, the oldest runs and the padded batch keeps the budget unless it is one text', () => {
	const lengths = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 60 });
	fc.assert(
		fc.property(
			lengths,
			fc.integer({ min: 1, max: 600 }),
			fc.integer({ min: 1, max: 20 }),
			fc.integer({ min: 0, max: 64 }),
			(waiting, maxBatchTokens, maxRows, maxPaddingTokensPerRow) => {
				const chosen = fitBatch(waiting, { maxBatchTokens, maxRows, maxPaddingTokensPerRow });
				const padded = chosen.length * Math.max(...chosen.map((position) => waiting[position]!));
				expect(chosen[0]).toBe(0);
				expect(new Set(chosen).size).toBe(chosen.length);
				expect(chosen.length).toBeLessThanOrEqual(maxRows);
				expect(chosen.length === 1 || padded <= maxBatchTokens).toBe(true);
				const real = chosen.reduce((sum, position) => sum + waiting[position]!, 0);
				expect(padded - real).toBeLessThanOrEqual((chosen.length - 1) * maxPaddingTokensPerRow);
			},
		),
	);
});
