import { expect, test } from 'vitest';

import { decodeEntry, encodeEntry } from '../../../../runtime/cache/entry-format';
import { entryOf, keyOf } from '../../../support/cached-vectors';

const key = Buffer.from(keyOf(1), 'latin1');

test('an entry comes back bit for bit', () => {
	const entry = { vector: Float32Array.of(-0, 1e-40, 0.1, -1), tokens: 4_294_967_295 };
	const found = decodeEntry(key, encodeEntry(key, entry))!;
	expect(found.tokens).toBe(entry.tokens);
	expect([...found.vector].every((value, i) => Object.is(value, entry.vector[i]))).toBe(true);
});

test('a vector that is a part of a larger buffer is written alone', () => {
	const vector = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
	expect(decodeEntry(key, encodeEntry(key, { vector, tokens: 3 }))).toEqual({
		vector: Float32Array.of(2, 3),
		tokens: 3,
	});
});

test('what is read is the reader’s own', () => {
	const value = encodeEntry(key, entryOf(1));
	const found = decodeEntry(key, value);
	value.fill(0);
	expect(found).toEqual(entryOf(1));
});

test('one flipped bit anywhere makes it unreadable', () => {
	const value = encodeEntry(key, entryOf(1, 8));
	for (let bit = 0; bit < value.length * 8; bit++) {
		const damaged = Buffer.from(value);
		damaged[bit >> 3]! ^= 1 << (bit & 7);
		expect(decodeEntry(key, damaged)).toBeUndefined();
	}
});

test('under another’s key it is unreadable', () => {
	expect(decodeEntry(Buffer.from(keyOf(2), 'latin1'), encodeEntry(key, entryOf(1)))).toBeUndefined();
});

test.each([0, 4, 8, 9, 1_543])('cut to %i bytes it is unreadable', (length) => {
	expect(decodeEntry(key, encodeEntry(key, entryOf(1)).subarray(0, length))).toBeUndefined();
});
