import fc from 'fast-check';
import { expect, test } from 'vitest';

import { MAX_NUMBER_BYTES, writeNumbers } from '../../../../runtime/host/number-text';

function textOf(numbers: ArrayLike<number>): string {
	const out = Buffer.alloc(numbers.length * (MAX_NUMBER_BYTES + 1) + 2);
	return out.toString('latin1', 0, writeNumbers(numbers, out, 0));
}

const unitRange = fc.float({ min: -1, max: 1, noNaN: true });
const anyFloat = fc.float({ noNaN: true, noDefaultInfinity: true });

test('every float32 reads back as the same float32, in the room that is promised', () => {
	fc.assert(
		fc.property(fc.array(fc.oneof(unitRange, anyFloat)), (values) => {
			// JSON has no sign for zero that a reader would keep: `JSON.stringify` drops it as well.
			const floats = Float32Array.from(values, (value) => value + 0);
			const text = textOf(floats);
			expect(Float32Array.from(JSON.parse(text) as number[])).toEqual(floats);
			expect(text.length).toBeLessThanOrEqual(floats.length * (MAX_NUMBER_BYTES + 1) + 2);
		}),
		{ numRuns: 2_000 },
	);
});

test('the floats beside a change of decimals do, too', () => {
	const bits = new Uint32Array(1);
	const float = new Float32Array(bits.buffer);
	for (const edge of [2 ** -10, 2 ** -6, 2 ** -3, 1]) {
		float[0] = edge;
		const middle = bits[0]!;
		for (bits[0] = middle - 2_000; bits[0]! <= middle + 2_000; bits[0]!++) {
			const value = float[0]!;
			expect(Math.fround((JSON.parse(textOf([value, -value])) as number[])[1]!)).toBe(-value);
		}
	}
});

test.each<[number, string]>([
	[0, '0'],
	[1, '1'],
	[-1, '-1'],
	[0.5, '0.5'],
	[-0.25, '-0.25'],
	[Math.fround(0.1), '0.100000001'],
	[Math.fround(-0.03), '-0.029999999'],
	[Math.fround(0.002), '0.0020000001'],
	[2 ** -20, '9.5367431640625e-7'],
	[-128, '-128'],
	[NaN, 'null'],
	[-Infinity, 'null'],
])('%d is written as %s', (value, text) => {
	expect(textOf([value])).toBe(`[${text}]`);
});

test('takes much less room than the double that a float equals', () => {
	const floats = Float32Array.from({ length: 1_000 }, (_, i) => Math.sin(i) / 32);
	expect(textOf(floats).length).toBeLessThan(0.7 * JSON.stringify(Array.from(floats)).length);
});

test('writes no list shorter than its brackets, and begins where it is told', () => {
	const out = Buffer.from('....');
	expect(writeNumbers([], out, 1)).toBe(3);
	expect(out.toString()).toBe('.[].');
});
