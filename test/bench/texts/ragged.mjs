// Texts of very different lengths, made of real words.
import { logNormal, seededRandom } from './random.mjs';

const SEED = 600;
/** Log-normal: half of the texts are shorter than the median; one in six is longer than twice it (sigma 0.75). */
const LENGTHS = { median: 45, sigma: 0.75 };
export const MIN_TOKENS = 8;
export const MAX_TOKENS = 256;

/**
 * Each text has its drawn number of tokens, or the few more that its last word brings.
 * @param sources texts to take the words from, in their order
 * @param countTokens tokens of a word, special tokens left out
 * @param specialTokens that stand around every text and count as its length
 */
export function raggedTexts(count, { sources, countTokens, specialTokens }) {
	const random = seededRandom(SEED);
	const words = sources.join(' ').split(/\s+/);
	let next = 0;
	return Array.from({ length: count }, () => {
		const drawn = Math.round(logNormal(random, LENGTHS));
		const wanted = Math.min(MAX_TOKENS, Math.max(MIN_TOKENS, drawn));
		const text = [];
		for (let tokens = specialTokens; tokens < wanted; next++) {
			const word = words[next % words.length];
			const more = countTokens(word);
			if (tokens + more > MAX_TOKENS) continue;
			text.push(word);
			tokens += more;
		}
		return text.join(' ');
	});
}
