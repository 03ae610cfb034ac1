/** Token ids of several texts, one after another. */
export interface TokenBatch {
	readonly ids: Int32Array;
	/** Tokens of each text; at least 1. */
	readonly lengths: Int32Array;
}

export function toBatch(rows: readonly ArrayLike<number>[]): TokenBatch {
	const lengths = Int32Array.from(rows, (row) => row.length);
	const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
	let offset = 0;
	for (const row of rows) {
		ids.set(row, offset);
		offset += row.length;
	}
	return { ids, lengths };
}

export function toRows({ ids, lengths }: TokenBatch): Int32Array[] {
	let end = 0;
	return Array.from(lengths, (length) => {
		end += length;
		return ids.subarray(end - length, end);
	});
}
