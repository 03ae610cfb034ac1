// What the loader sends: real questions to a bank where they are, sentences of our own where they are not.
import { hasBanking77, readBanking77 } from '../../bench/texts/banking77.mjs';
import { seededRandom } from '../../bench/texts/random.mjs';

const WORDS = `account address answer arrive balance bank bill branch cancel card cash change charge city code contract
customer date delay deliver deposit door email euro fee form garden house invoice key late letter limit list loan lock
message minute money month morning name night number office online open order parcel password pay phone pin price
question queue rate receipt refund road school shop sign station street team ticket time top train transfer travel visit
wait wallet week window winter work yellow`.split(/\s+/);

/** @returns `count` distinct texts, the same in every run; one in sixteen is a long one of several */
export function chaosTexts(shared, count) {
	const short = hasBanking77(shared) ? readBanking77(shared).slice(0, count) : ownTexts(count);
	if (short.length < count) throw new Error(`${count} texts are wanted, and there are ${short.length}`);
	return short.map((text, i) => (i % 16 === 15 ? [text, ...short.slice(i - 9, i)].join(' ') : text));
}

/**
 * The same text for a model that does not tell capitals from small letters, and another one for the host: nothing is
 * computed together or found in a cache.
 * @param number whose binary digits say which letters are capitals
 */
export function variantOf(text, number) {
	let digits = number;
	return text.toLowerCase().replaceAll(/[a-z]/g, (letter) => {
		const isCapital = digits % 2 === 1;
		digits = Math.floor(digits / 2);
		return isCapital ? letter.toUpperCase() : letter;
	});
}

/** The number makes each its own; the words make them differ as texts do. */
export function ownTexts(count) {
	const random = seededRandom(7);
	return Array.from({ length: count }, (_, i) => {
		const words = Array.from(
			{ length: 4 + Math.floor(20 * random()) },
			() => WORDS[Math.floor(random() * WORDS.length)],
		);
		return `${words.join(' ')} ${i}`;
	});
}
