import { expect, test } from 'vitest';

import { floats, vectorsOf } from './support/host.mjs';
import { callWebhook, makeWorkflow, publish } from './support/n8n.mjs';
import { code, embed, webhook } from './support/nodes.mjs';

/** Over several requests, the last of them a short one. */
const TEXTS = 256 * 11 + 5;
/** Under the host's limit of texts in one request. */
const CHUNK = 1_000;

test('a job of many requests gets the host’s own vectors, in the order of its items', async () => {
	const js = `return Array.from({ length: ${TEXTS} }, (_, i) => ({ json: { text: 'Parcel ' + i + ' of ${TEXTS}', id: i } }));`;
	const options = { dimensions: 32, numberFormat: 'base64' };
	await publish(await makeWorkflow('e2e: large job', [webhook('large'), code(js), embed({ options })]));
	const { status, body } = await callWebhook('large', {});
	expect(status).toBe(200);
	expect(body.map(({ id }) => id)).toEqual(Array.from({ length: TEXTS }, (_, i) => i));
	for (let start = 0; start < TEXTS; start += CHUNK) {
		const items = body.slice(start, start + CHUNK);
		const expected = await vectorsOf(
			items.map(({ text }) => text),
			{ dimensions: 32 },
		);
		expect(items.map(({ embedding }) => floats(embedding))).toEqual(expected);
	}
});
