import { crc32 } from 'node:zlib';

import type { CachedVector } from './cached-vector';

/** Checksum and token count, four bytes each; the numbers follow. */
const HEADER_BYTES = 8;

/** An entry as the disk holds it. The checksum covers the key too: a value found under another’s key is no answer. */
export function encodeEntry(key: Uint8Array, { vector, tokens }: CachedVector): Buffer {
	const value = Buffer.allocUnsafe(HEADER_BYTES + vector.byteLength);
	value.writeUInt32LE(tokens, 4);
	value.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), HEADER_BYTES);
	value.writeUInt32LE(checksum(key, value), 0);
	return value;
}

/** A copy of what `value` holds; undefined when it is damaged. */
export function decodeEntry(key: Uint8Array, value: Buffer): CachedVector | undefined {
	const numbersBytes = value.length - HEADER_BYTES;
	if (numbersBytes <= 0 || numbersBytes % Float32Array.BYTES_PER_ELEMENT !== 0) return undefined;
	if (value.readUInt32LE(0) !== checksum(key, value)) return undefined;
	const vector = new Float32Array(numbersBytes / Float32Array.BYTES_PER_ELEMENT);
	new Uint8Array(vector.buffer).set(value.subarray(HEADER_BYTES));
	return { vector, tokens: value.readUInt32LE(4) };
}

function checksum(key: Uint8Array, value: Buffer): number {
	return crc32(value.subarray(4), crc32(key));
}
