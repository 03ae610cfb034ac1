// OpenAI’s wire, as a client in a hurry speaks it: no retry.
import { Agent, request } from 'undici';

/** Whoever has no answer by then is lost. */
const LOST_AFTER_MS = 300_000;
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: 256 });

/** @param signal aborted: the caller hangs up */
export async function ask(address, body, { signal } = {}) {
	const late = AbortSignal.timeout(LOST_AFTER_MS);
	const answer = await request(`${address}/v1/embeddings`, {
		method: 'POST',
		dispatcher: agent,
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
		signal: signal ? AbortSignal.any([signal, late]) : late,
	});
	return { status: answer.statusCode, headers: answer.headers, body: await answer.body.json() };
}

/** In the order of their `index`, which is what a client goes by. */
export function vectorsOf({ data }) {
	const vectors = [];
	for (const { index, embedding } of data) vectors[index] = toFloats(embedding);
	return vectors;
}

function toFloats(embedding) {
	if (typeof embedding !== 'string') return Float32Array.from(embedding);
	const bytes = Uint8Array.from(Buffer.from(embedding, 'base64'));
	return new Float32Array(bytes.buffer);
}
