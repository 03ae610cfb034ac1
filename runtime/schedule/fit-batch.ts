export interface BatchLimits {
	/** Rows × longest row may not exceed this, unless one row alone does. */
	readonly maxBatchTokens: number;
	/** 1 for models whose vectors depend on their company. */
	readonly maxRows: number;
}

/**
 * Which of the waiting texts run next: the oldest always, then those nearest to it in length, as long as the batch
 * with its padding fits. Like lengths waste no work on padding; the oldest first starves nobody.
 * @param lengths tokens of each waiting text, oldest first
 * @returns positions in `lengths`, ascending; empty only when nothing waits
 */
export function fitBatch(lengths: readonly number[], { maxBatchTokens, maxRows }: BatchLimits): number[] {
	const oldest = lengths[0];
	if (oldest === undefined) return [];
	const byLikeness = lengths
		.map((length, position) => ({ length, position }))
		.slice(1)
		.sort((a, b) => Math.abs(a.length - oldest) - Math.abs(b.length - oldest) || a.position - b.position);
	const chosen = [0];
	let width = oldest;
	for (const { length, position } of byLikeness) {
		const wider = Math.max(width, length);
		if (chosen.length >= maxRows || (chosen.length + 1) * wider > maxBatchTokens) break;
		width = wider;
		chosen.push(position);
	}
	return chosen.sort((a, b) => a - b);
}
