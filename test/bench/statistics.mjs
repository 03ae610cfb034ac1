// The few numbers that stand for many.

/** The middle one; the mean of the two middle ones when there is an even number of them. NaN for none. */
export function median(values) {
	const sorted = Float64Array.from(values).sort();
	const middle = sorted.length / 2;
	return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed. NaN for none. */
export function percentile(values, share) {
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Whether two measurements are no further apart than `tolerance` (a share of the larger). */
export function isSteady(before, now, tolerance) {
	return Math.abs(before - now) <= tolerance * Math.max(before, now);
}

/** The lowest cosine between vectors at the same place of two lists; not every vector need be of unit length. */
export function lowestCosine(some, others) {
	if (some.length !== others.length) throw new Error(`${some.length} vectors against ${others.length}`);
	return some.reduce((lowest, vector, i) => Math.min(lowest, cosine(vector, others[i])), 1);
}

function cosine(a, b) {
	if (a.length !== b.length) throw new Error(`a vector of ${a.length} numbers against one of ${b.length}`);
	let product = 0;
	let squaresA = 0;
	let squaresB = 0;
	for (let i = 0; i < a.length; i++) {
		product += a[i] * b[i];
		squaresA += a[i] * a[i];
		squaresB += b[i] * b[i];
	}
	const result = product / Math.sqrt(squaresA * squaresB);
	// A vector of NaN must not pass for a good one, as Math.min would let it in some orders.
	return Number.isNaN(result) ? -1 : result;
}
