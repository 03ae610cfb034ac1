import { cosine } from '../base/vectors';

/** Every vector of a model must be this near to what the text gives alone; a laxer bar misses mild faults. */
export const EXACTNESS_BAR = 0.9999;

export interface SelfTestResult {
	readonly exact: boolean;
	/** The worst cosine between a text alone and the same text padded or in company. */
	readonly lowestCosine: number;
}

/** Vectors of rows run together, each row padded to at least `width` tokens. */
export type RunRows = (rows: readonly ArrayLike<number>[], width: number) => Promise<readonly Float32Array[]>;

/** Rows of a company: with four the mildest known fault shows in every batch. */
const COMPANY = 4;
const EXTRA_PADDING_TOKENS = 7;

/**
 * Compares each text alone with itself padded and inside ragged batches of different texts.
 * @param samples token ids of different texts of different lengths, at least two
 */
export async function testExactness(samples: readonly ArrayLike<number>[], run: RunRows): Promise<SelfTestResult> {
	const alone: Float32Array[] = [];
	let lowestCosine = 1;
	const compare = (vector: Float32Array | undefined, sample: number) => {
		const found = vector ? cosine(vector, alone[sample]!) : 0;
		// NaN compares false with everything, so it is made the worst.
		lowestCosine = Math.min(lowestCosine, Number.isFinite(found) ? found : -1);
	};
	for (const [i, sample] of samples.entries()) {
		alone.push((await run([sample], sample.length))[0]!);
		compare((await run([sample], sample.length + EXTRA_PADDING_TOKENS))[0], i);
	}
	for (let start = 0; start < samples.length; start += COMPANY) {
		const company = samples.slice(start, start + COMPANY);
		const vectors = await run(company, Math.max(...company.map((row) => row.length)));
		vectors.forEach((vector, i) => compare(vector, start + i));
	}
	return { exact: lowestCosine >= EXACTNESS_BAR, lowestCosine };
}
