import fc from 'fast-check';
import { expect, test } from 'vitest';

import { sliceTexts } from '../../../../runtime/client/slice-texts';

const MILLION = 1_000_000;
const ofLengths = (lengths: readonly number[]) => lengths.map((length) => 'x'.repeat(length));
const sizes = (texts: readonly string[]) => sliceTexts(texts).map(({ start, end }) => end - start);

test.each<[string, number[], number[]]>([
	['no texts', [], []],
	['one text', [5], [1]],
	['256 texts', new Array<number>(256).fill(1), [256]],
	['257 texts', new Array<number>(257).fill(1), [256, 1]],
	['texts of four million characters together', [MILLION, 3 * MILLION], [2]],
	['texts of a little more', [MILLION, 3 * MILLION + 1], [1, 1]],
	['a text over the limit', [1, 5 * MILLION, 1], [1, 1, 1]],
])('%s', (_, lengths, wanted) => {
	expect(sizes(ofLengths(lengths))).toEqual(wanted);
});

test('each text is in one slice, in order, and no slice is empty', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 900 }), (lengths) => {
			const slices = sliceTexts(ofLengths(lengths));
			let position = 0;
			for (const { start, end } of slices) {
				expect(start).toBe(position);
				expect(end).toBeGreaterThan(start);
				position = end;
			}
			expect(position).toBe(lengths.length);
		}),
	);
});
