/** The smallest value that at least a share of all values does not exceed (nearest rank); null of none. */
export function percentile(ascending: ArrayLike<number>, share: number): number | null {
	if (ascending.length === 0) return null;
	return ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(share * ascending.length - 1e-9) - 1))]!;
}

/** p50, p95 and p99, in the unit of the values. */
export interface Percentiles {
	readonly p50: number | null;
	readonly p95: number | null;
	readonly p99: number | null;
}

export function percentilesOf(values: readonly number[]): Percentiles {
	const ascending = Float64Array.from(values).sort();
	const at = (share: number) => percentile(ascending, share);
	return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
