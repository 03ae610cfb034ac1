/** Texts in one request: few requests for many texts, and an answer that is not too large to hold. */
const MAX_TEXTS = 256;
/** Characters in one request, far under the host’s body limit whatever the script. */
const MAX_CHARACTERS = 4_000_000;

/** The texts of one request, by their positions: `start` is in it, `end` is not. */
export interface TextSlice {
	readonly start: number;
	readonly end: number;
}

/** Cuts a job into requests of at most 256 texts and four million characters; a longer text goes alone. */
export function sliceTexts(texts: readonly string[]): TextSlice[] {
	const slices: TextSlice[] = [];
	let start = 0;
	let characters = 0;
	texts.forEach(({ length }, i) => {
		if (i - start >= MAX_TEXTS || (i > start && characters + length > MAX_CHARACTERS)) {
			slices.push({ start, end: i });
			start = i;
			characters = 0;
		}
		characters += length;
	});
	if (texts.length > start) slices.push({ start, end: texts.length });
	return slices;
}
