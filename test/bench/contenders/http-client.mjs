// The host’s caller, in a process of its own: OpenAI’s wire over connections kept open, vectors as base64.
import { Agent, request } from 'undici';

import { drives } from './drive.mjs';
import { answerLines } from './line-server.mjs';

const [address] = process.argv.slice(2);
const isUrl = address.startsWith('http');
const url = `${isUrl ? address : 'http://localhost'}/v1/embeddings`;
// A list may take long on a slow machine; no answer is a failure for being late.
const dispatcher = new Agent({
	headersTimeout: 0,
	bodyTimeout: 0,
	...(!isUrl && { connect: { socketPath: address } }),
});

answerLines(drives(embed));

async function embed(texts) {
	const answer = await request(url, {
		method: 'POST',
		dispatcher,
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ input: texts, encoding_format: 'base64' }),
	});
	const body = await answer.body.json();
	if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${body.error?.message}`);
	return body.data.map(({ embedding }) => floats(embedding));
}

function floats(base64) {
	const { buffer, byteOffset, byteLength } = Buffer.from(base64, 'base64');
	// Small buffers share memory at offsets that a Float32Array may not start at.
	return byteOffset % 4 === 0
		? new Float32Array(buffer, byteOffset, byteLength / 4)
		: new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
