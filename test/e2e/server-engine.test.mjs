import { afterAll, beforeAll, expect, test } from 'vitest';

import { spawnHost } from './support/host.mjs';
import { publish, rest } from './support/n8n.mjs';
import { webhookWorkflow } from './support/workflows.mjs';

const TEXTS = ['Where is my parcel?', 'Please send me the invoice.'];

let host;
beforeAll(async () => {
	host = await spawnHost(['--port', '0'], { EMBED_API_KEY: 'right-key' });
});
afterAll(() => host?.stop());

const credential = (apiKey) => ({
	name: `embed server, ${apiKey}`,
	type: 'embedServerApi',
	data: { baseUrl: host.listening, apiKey },
});

test('the engine Server embeds with its credential', async () => {
	const { id, name } = await rest('POST', '/rest/credentials', credential('right-key'));
	const credentials = { embedServerApi: { id, name } };
	const post = await publish(webhookWorkflow('server', { engine: 'server' }, { credentials }));
	const { items } = await post(TEXTS);
	const answer = await fetch(`${host.listening}/v1/embeddings`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', authorization: 'Bearer right-key' },
		body: JSON.stringify({ input: TEXTS }),
	});
	const { data } = await answer.json();
	expect(items.map(({ embedding }) => embedding)).toEqual(data.map(({ embedding }) => embedding));
});

test.each([
	['right-key', 'OK'],
	['wrong-key', 'Error'],
])('the test of a credential with %s says %s', async (key, verdict) => {
	const { name, type, data } = credential(key);
	const { id } = await rest('POST', '/rest/credentials', { name, type, data });
	const answer = await rest('POST', '/rest/credentials/test', { credentials: { id, name, type, data } });
	expect(answer.status).toBe(verdict);
});
