// Seeded randomness: every run of the benchmark draws the same texts.

/** Mulberry32: numbers from 0 up to 1. */
export function seededRandom(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A shuffled copy (Fisher–Yates). */
export function shuffled(items, random) {
	const result = [...items];
	for (let i = result.length - 1; i > 0; i--) {
		const j = Math.floor(random() * (i + 1));
		[result[i], result[j]] = [result[j], result[i]];
	}
	return result;
}

/** e to a normal number (Box–Muller) with this middle and spread. */
export function logNormal(random, { median, sigma }) {
	const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	return median * Math.exp(sigma * normal);
}

/** Draws positions below `size`, the k-th with a weight of 1/k. */
export function zipf(random, size) {
	const sums = new Float64Array(size);
	for (let i = 0, sum = 0; i < size; i++) sums[i] = sum += 1 / (i + 1);
	return () => {
		const target = random() * sums[size - 1];
		const found = sums.findIndex((sum) => sum > target);
		return found < 0 ? size - 1 : found;
	};
}
