export interface BatchLimits {
	/** Rows × longest row may not exceed this, unless one row alone does. */
	readonly maxBatchTokens: number;
	/** 1 for models whose vectors depend on their company. */
	readonly maxRows: number;
	/** Padding that one more row may add: what a run of its own would cost beside its tokens, in tokens. */
	readonly maxPaddingTokensPerRow: number;
}

/**
 * Which of the waiting texts run next: the oldest always, then those nearest to it in length, as long as the batch
 * with its padding fits, and as long as a text costs less in company than in a run of its own. The oldest first
 * starves nobody.
 * @param lengths tokens of each waiting text, oldest first
 * @returns positions in `lengths`, ascending; empty only when nothing waits
 */
export function fitBatch(lengths: readonly number[], limits: BatchLimits): number[] {
	const oldest = lengths[0];
	if (oldest === undefined) return [];
	const { maxBatchTokens, maxRows, maxPaddingTokensPerRow } = limits;
	const chosen = [0];
	let width = oldest;
	for (const position of byLikeness(lengths, oldest)) {
		if (chosen.length >= maxRows || (chosen.length + 1) * width > maxBatchTokens) break;
		const length = lengths[position]!;
		// A shorter text is padded itself; a longer one pads all that were chosen before it.
		const padding = length <= width ? width - length : (length - width) * chosen.length;
		const wider = Math.max(width, length);
		if (padding > maxPaddingTokensPerRow || (chosen.length + 1) * wider > maxBatchTokens) continue;
		width = wider;
		chosen.push(position);
	}
	return chosen.sort((a, b) => a - b);
}

/** Positions of all but the oldest, the nearest to it in length first, among equals the older first. */
function byLikeness(lengths: readonly number[], oldest: number): number[] {
	const distance = (position: number) => Math.abs(lengths[position]! - oldest);
	return Array.from({ length: lengths.length - 1 }, (_, i) => i + 1).sort((a, b) => distance(a) - distance(b) || a - b);
}
