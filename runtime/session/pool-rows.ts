import { normalize } from '../base/vectors';
import type { PoolingMode } from '../model/pooling-mode';

/** Unit vectors of a batch, row after row, and which rows have none because a number was NaN or infinite. */
export interface PooledRows {
	readonly vectors: Float32Array;
	readonly nonFiniteRows: readonly number[];
}

export interface PoolOptions {
	readonly pooling: PoolingMode | 'graph';
	/** Numbers in a vector. */
	readonly dimensions: number;
	/** Valid tokens of each row; the rest of the row is padding. */
	readonly lengths: Int32Array;
	/** Tokens of a row, padding included. */
	readonly width: number;
}

/** @param output [rows, width, dimensions], or [rows, dimensions] when the graph pools */
export function poolRows(output: Float32Array, { pooling, dimensions, lengths, width }: PoolOptions): PooledRows {
	const rows = lengths.length;
	const vectors = pooling === 'graph' ? output.slice(0, rows * dimensions) : new Float32Array(rows * dimensions);
	const nonFiniteRows: number[] = [];
	for (let row = 0; row < rows; row++) {
		const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
		const tokenAt = (i: number) => output.subarray((row * width + i) * dimensions, (row * width + i + 1) * dimensions);
		if (pooling === 'last') vector.set(tokenAt(lengths[row]! - 1));
		if (pooling === 'cls') vector.set(tokenAt(0));
		if (pooling === 'mean') sumTokens(vector, tokenAt, lengths[row]!);
		if (normalize(vector)) continue;
		nonFiniteRows.push(row);
		vector.fill(0);
	}
	return { vectors, nonFiniteRows };
}

// The sum stands in for the mean: both have the same direction, and the length becomes 1.
function sumTokens(vector: Float32Array, tokenAt: (i: number) => Float32Array, length: number): void {
	const sums = new Float64Array(vector.length);
	for (let i = 0; i < length; i++) {
		const token = tokenAt(i);
		for (let d = 0; d < sums.length; d++) sums[d]! += token[d]!;
	}
	vector.set(sums);
}
