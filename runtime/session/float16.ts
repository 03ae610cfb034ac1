/** IEEE 754 half-precision bits as numbers; a table of all 65,536 would be larger than what it reads. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
	return Float32Array.from(bits, decode);
}

function decode(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >> 10) & 0x1f;
	const fraction = bits & 0x3ff;
	if (exponent === 0) return sign * fraction * 2 ** -24;
	if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
	return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
