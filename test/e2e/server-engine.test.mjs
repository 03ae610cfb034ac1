import { afterAll, beforeAll, expect, test } from 'vitest';

import { serveWithKey } from './support/host.mjs';
import { endOf, makeWorkflow, rest, runByHand } from './support/n8n.mjs';
import { code, embed, manualTrigger } from './support/nodes.mjs';

const KEY = 'the-right-key';
const ITEMS = code(`return ['one', 'two'].map((text) => ({ json: { text } }));`);

let server;
beforeAll(async () => {
	server = await serveWithKey(KEY);
});
afterAll(() => server?.stop());

async function makeCredential(name, data) {
	const { id } = await rest('POST', '/rest/credentials', { name, type: 'embedServerApi', data });
	return { id, name, type: 'embedServerApi', data };
}

async function runWith({ id, name }) {
	const node = embed({ engine: 'server' }, { credentials: { embedServerApi: { id, name } } });
	return endOf(await runByHand(await makeWorkflow(`e2e: ${name}`, [manualTrigger(), ITEMS, node]), 'Start'));
}

test.each([
	['as serve prints it', (url) => url],
	['with /v1', (url) => `${url}/v1`],
	['with a closing slash', (url) => `${url}/`],
])('with the right key and the address %s, the credential’s test passes and the node embeds', async (how, write) => {
	const credential = await makeCredential(`right key, ${how}`, { baseUrl: write(server.url), apiKey: KEY });
	expect(await rest('POST', '/rest/credentials/test', { credentials: credential })).toMatchObject({ status: 'OK' });
	const { status, error, outputOf } = await runWith(credential);
	expect(status, error?.message).toBe('success');
	const vectors = outputOf('Embed').map(({ json }) => json.embedding);
	expect(vectors.map((vector) => vector.length)).toEqual([384, 384]);
});

test('with a wrong key, the credential’s test fails and the node says that it is the key', async () => {
	const credential = await makeCredential('wrong key', { baseUrl: server.url, apiKey: 'another' });
	expect(await rest('POST', '/rest/credentials/test', { credentials: credential })).toMatchObject({ status: 'Error' });
	const { status, error } = await runWith(credential);
	expect(status).toBe('error');
	expect(error.message).toMatch(/key/i);
});

test('where nothing listens, the node says where it looked', async () => {
	const { status, error } = await runWith(
		await makeCredential('no server', { baseUrl: 'http://127.0.0.1:9', apiKey: '' }),
	);
	expect(status).toBe('error');
	expect(error.message).toContain('127.0.0.1:9');
});
