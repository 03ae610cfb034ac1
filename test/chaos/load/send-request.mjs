// One planned request, and what came of it. Nothing is tried again: a request that fails is a failure.
import { variantOf } from './texts.mjs';
import { ask, vectorsOf } from './wire.mjs';

const BASE64 = { encoding_format: 'base64' };

/**
 * @param target `{ address, golden }`
 * @param request what `planRequest` returns; with a `variant`, a number, no other request shares a computation with it
 * @returns an outcome for a `Tally`
 */
export async function sendRequest(
	{ address, golden },
	{ kind, indices, fields = BASE64, hangUpAfterMs = null, variant },
) {
	const hangUp = hangUpAfterMs === null ? undefined : AbortSignal.timeout(hangUpAfterMs);
	const start = performance.now();
	const outcomeOf = (outcome, more = {}) => ({ outcome, kind, ms: performance.now() - start, ...more });
	try {
		const input = indices.map((index, place) => {
			const text = golden.texts[index];
			return variant === undefined ? text : variantOf(text, variant + place);
		});
		const { status, headers, body } = await ask(address, { input, ...fields }, { signal: hangUp });
		if (status === 429 && headers['retry-after'] !== undefined) return outcomeOf('refused');
		if (status !== 200) return outcomeOf('failed', { detail: `${status} ${body.error?.message}` });
		const outcome = outcomeOf('answered', { texts: indices.length, tokens: body.usage.prompt_tokens });
		const fault = golden.fault(indices, vectorsOf(body), fields.dimensions);
		return fault === null ? outcome : { ...outcome, outcome: 'wrong', detail: fault };
	} catch (error) {
		if (hangUp?.aborted) return outcomeOf('hungUp');
		return outcomeOf('failed', { detail: `${error.name}: ${error.message}` });
	}
}
