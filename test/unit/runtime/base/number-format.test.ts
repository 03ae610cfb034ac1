import { describe, expect, test } from 'vitest';

import { floatsFromBase64, formatNumbers, OUTPUT_DTYPES, toBase64 } from '../../../../runtime/base/number-format';

const NINE = Float32Array.of(1, -1, 0.5, 0, -0.25, 0.001, -0.001, 2, 2);

describe('formatNumbers', () => {
	test('leaves floats as they are', () => {
		expect(formatNumbers(NINE, 'float')).toBe(NINE);
	});

	test('scales int8 to the largest number of the vector', () => {
		expect(formatNumbers(Float32Array.of(0.5, -0.25, 0, 0.1), 'int8')).toEqual(Int8Array.of(127, -63, 0, 25));
		expect(formatNumbers(Float32Array.of(-2, 1), 'int8')).toEqual(Int8Array.of(-127, 64));
	});

	test('moves uint8 up by 128', () => {
		expect(formatNumbers(Float32Array.of(0.5, -0.5, 0), 'uint8')).toEqual(Uint8Array.of(255, 1, 128));
	});

	test('writes the signs of ubinary most significant bit first, zero as no', () => {
		expect(formatNumbers(NINE, 'ubinary')).toEqual(Uint8Array.of(0b1010_0101, 0b1000_0000));
	});

	test('moves binary down by 128', () => {
		expect(formatNumbers(NINE, 'binary')).toEqual(Int8Array.of(0b1010_0101 - 128, 0));
		expect(formatNumbers(new Float32Array(8), 'binary')).toEqual(Int8Array.of(-128));
	});

	test.each(OUTPUT_DTYPES)('%s of a vector of nothing but zeros is finite', (dtype) => {
		expect([...formatNumbers(new Float32Array(8), dtype)].every(Number.isFinite)).toBe(true);
	});
});

describe('base64', () => {
	test('is little-endian', () => {
		expect(toBase64(Float32Array.of(1))).toBe(Buffer.from([0, 0, 0x80, 0x3f]).toString('base64'));
	});

	test('comes back as it went', () => {
		expect(floatsFromBase64(toBase64(NINE))).toEqual(NINE);
	});

	test('holds only the part of a buffer that the vector covers', () => {
		expect(floatsFromBase64(toBase64(NINE.subarray(2, 5)))).toEqual(NINE.slice(2, 5));
	});

	test('starts at whatever byte the numbers start at', () => {
		expect(toBase64(Int8Array.of(1, 2, 3).subarray(1))).toBe(Buffer.from([2, 3]).toString('base64'));
	});

	test('of a cut text gives the whole numbers that are there', () => {
		const bytes = Buffer.from(toBase64(NINE), 'base64').subarray(0, 10);
		expect(floatsFromBase64(bytes.toString('base64'))).toEqual(NINE.slice(0, 2));
	});

	test('writes small numbers byte by byte', () => {
		expect(toBase64(Int8Array.of(-128, 127))).toBe(Buffer.from([0x80, 0x7f]).toString('base64'));
	});
});
