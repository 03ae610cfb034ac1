import { expect, test } from 'vitest';

import { float16ToFloat32 } from '../../../../runtime/session/float16';

test.each([
	[0x0000, 0],
	[0x8000, -0],
	[0x3c00, 1],
	[0xc000, -2],
	[0x3555, 0.333251953125],
	[0x7bff, 65_504],
	[0x0400, 2 ** -14],
	[0x0001, 2 ** -24],
	[0x83ff, -1_023 * 2 ** -24],
	[0x7c00, Number.POSITIVE_INFINITY],
	[0xfc00, Number.NEGATIVE_INFINITY],
	[0x7e00, Number.NaN],
])('the bits %i are %d', (bits, value) => {
	expect(float16ToFloat32(Uint16Array.of(bits))).toEqual(Float32Array.of(value));
});
