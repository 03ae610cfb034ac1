/** Scales `vector` to unit length in place. @returns false when it cannot be: a number is not finite, or all are 0. */
export function normalize(vector: Float32Array): boolean {
	let sum = 0;
	for (const value of vector) sum += value * value;
	if (!(sum > 0) || !Number.isFinite(sum)) return false;
	const scale = 1 / Math.sqrt(sum);
	for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
	return true;
}

/** The first `dimensions` numbers, made unit length again: Matryoshka truncation. Copies only when it cuts. */
export function truncateDimensions(vector: Float32Array, dimensions: number): Float32Array {
	if (dimensions >= vector.length) return vector;
	const cut = vector.slice(0, dimensions);
	normalize(cut);
	return cut;
}

/** −1 to 1; 0 when either vector is all 0. */
export function cosine(a: Float32Array, b: Float32Array): number {
	let dot = 0;
	let normA = 0;
	let normB = 0;
	for (let i = 0; i < a.length; i++) {
		dot += a[i]! * b[i]!;
		normA += a[i]! * a[i]!;
		normB += b[i]! * b[i]!;
	}
	return normA === 0 || normB === 0 ? 0 : dot / Math.sqrt(normA * normB);
}
