/** Numbers from 0 (included) to 1 (excluded) that look random and are the same for the same seed: xorshift of 32 bits. */
export function seededRandom(seed: number): () => number {
	// Multiplied by an odd constant so that neighbouring seeds begin far apart; zero would stay zero.
	let state = Math.imul(seed + 1, 0x9e3779b1) | 0 || 1;
	const next = () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 2 ** 32;
	};
	for (let i = 0; i < 16; i++) next();
	return next;
}
