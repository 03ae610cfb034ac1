import { EmbedError, toEmbedError } from '../base/errors';
import type { EmbedResult } from '../base/provider';

/** What came of one input; its vector in the form that the caller wants. */
export type Outcome<Vector = Float32Array> =
	| { readonly ok: true; readonly vector: Vector; readonly cached: boolean }
	| { readonly ok: false; readonly error: EmbedError };

export interface IsolatedRun {
	/** One an input, in order. */
	readonly outcomes: readonly Outcome[];
	/** Every answer that was got, for its usage and timings. */
	readonly answers: readonly EmbedResult[];
	/** A fault that no text is to blame for: other texts would meet it too. */
	readonly fault: EmbedError | null;
}

/** Statuses with which servers refuse a list because of something in it. */
const BLAMES_CONTENT = [400, 413, 422];
/** So many texts refused alone and none accepted: it is not the texts. */
const MAX_LONE_REFUSALS = 8;

/**
 * Embeds a list so that a bad text fails alone. A server that names the texts at fault is asked again for the others,
 * which its cache then answers; of one that does not, the list is halved until the text at fault is alone.
 * @param embed one request for the inputs at these positions
 * @throws EmbedError `aborted`
 */
export async function embedIsolating(
	count: number,
	embed: (positions: readonly number[]) => Promise<EmbedResult>,
): Promise<IsolatedRun> {
	const outcomes = new Array<Outcome>(count);
	const answers: EmbedResult[] = [];
	let loneRefusals = 0;
	let fault: EmbedError | null = null;
	const attempt = async (positions: readonly number[]): Promise<void> => {
		if (positions.length === 0) return;
		try {
			const answer = await embed(positions);
			answers.push(answer);
			positions.forEach((position, i) => {
				outcomes[position] = { ok: true, vector: answer.vectors[i]!, cached: answer.cached[i]! };
			});
		} catch (thrown) {
			await isolate(toEmbedError(thrown), positions);
		}
	};
	const isolate = async (error: EmbedError, positions: readonly number[]): Promise<void> => {
		if (error.code === 'aborted') throw error;
		const named = error.items?.filter(({ index }) => positions[index] !== undefined) ?? [];
		const blamed = new Set(named.map(({ index }) => index));
		if (blamed.size > 0) {
			for (const { index, code, message } of named) {
				outcomes[positions[index]!] = { ok: false, error: new EmbedError(code, message) };
			}
			return attempt(positions.filter((_, i) => !blamed.has(i)));
		}
		if (positions.length === 1) loneRefusals++;
		const hopeless = answers.length === 0 && loneRefusals >= MAX_LONE_REFUSALS;
		if (hopeless || !mayBeOneText(error)) fault = error;
		if (positions.length === 1 || fault) {
			for (const position of positions) outcomes[position] = { ok: false, error };
			return;
		}
		const middle = positions.length >> 1;
		await attempt(positions.slice(0, middle));
		await attempt(positions.slice(middle));
	};
	await attempt(Array.from({ length: count }, (_, i) => i));
	return { outcomes, answers, fault };
}

/** Whether a smaller list may fare better. Faults of settings or of the server hit every text alike. */
function mayBeOneText(error: EmbedError): boolean {
	return BLAMES_CONTENT.includes(error.row.status) && /^input(\[|$)/.test(error.param ?? 'input');
}
