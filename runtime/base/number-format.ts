/** How a vector’s numbers are written. The 8-bit and 1-bit forms follow the conventions of the field’s embedding APIs. */
export const OUTPUT_DTYPES = ['float', 'int8', 'uint8', 'binary', 'ubinary'] as const;
export type OutputDtype = (typeof OUTPUT_DTYPES)[number];

type Numbers = Float32Array | Int8Array | Uint8Array;

/**
 * - `int8`: round(127 · x / max|x|), a scale a vector
 * - `uint8`: the same + 128
 * - `ubinary`: sign bits (x > 0), eight a byte, most significant first
 * - `binary`: `ubinary` − 128
 */
export function formatNumbers(vector: Float32Array, dtype: OutputDtype): Numbers {
	switch (dtype) {
		case 'float':
			return vector;
		case 'int8':
			return quantize(vector);
		case 'uint8':
			return Uint8Array.from(quantize(vector), (value) => value + 128);
		case 'ubinary':
			return signBits(vector);
		case 'binary':
			return Int8Array.from(signBits(vector), (value) => value - 128);
	}
}

/** Little-endian bytes in base64. The numbers must already lie in memory that way, as on every platform of Node. */
export function toBase64(numbers: Numbers): string {
	return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

export function floatsFromBase64(text: string): Float32Array {
	const bytes = Buffer.from(text, 'base64');
	// A pooled Buffer need not start at a multiple of four: copy into memory of its own.
	const aligned = new Uint8Array(bytes);
	return new Float32Array(aligned.buffer, 0, aligned.byteLength >> 2);
}

function quantize(vector: Float32Array): Int8Array {
	let max = 0;
	for (const value of vector) max = Math.max(max, Math.abs(value));
	const scale = max === 0 ? 0 : 127 / max;
	return Int8Array.from(vector, (value) => Math.round(value * scale));
}

function signBits(vector: Float32Array): Uint8Array {
	const bytes = new Uint8Array(Math.ceil(vector.length / 8));
	vector.forEach((value, i) => {
		if (value > 0) bytes[i >> 3]! |= 0x80 >> (i & 7);
	});
	return bytes;
}
