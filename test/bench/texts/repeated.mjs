// A workflow that meets most of its texts again.
import { seededRandom, shuffled, zipf } from './random.mjs';

/**
 * `count` texts: a share drawn from `seen` by Zipf’s law (the k-th with a weight of 1/k), the rest new and each once.
 * @param fresh texts that nobody has seen; as many as are needed are taken from its start
 * @returns the texts in shuffled order, and the new ones among them
 */
export function repeatedTexts({ count, seenShare, seen, fresh, seed }) {
	const random = seededRandom(seed);
	const draw = zipf(random, seen.length);
	const repeats = Math.round(count * seenShare);
	const unseen = fresh.slice(0, count - repeats);
	if (unseen.length < count - repeats) throw new Error('there are not enough texts that nobody has seen');
	const old = Array.from({ length: repeats }, () => seen[draw()]);
	return { texts: shuffled([...old, ...unseen], random), unseen };
}
