import { describe, expect, test } from 'vitest';

import { testServer } from '../../../support/server';

const KEY = { authorization: 'Bearer secret' };

describe('a key', () => {
	test.each(['/v1/models', '/v1/models/org/model', '/status', '/nowhere'])('is asked for at %s', async (url) => {
		const { get } = testServer('secret');
		const reply = await get(url);
		expect(reply.statusCode).toBe(401);
		expect(reply.headers['www-authenticate']).toBe('Bearer');
		expect(reply.json()).toMatchObject({ error: { type: 'authentication_error', code: 'missing_api_key' } });
		expect((await get(url, KEY)).statusCode).not.toBe(401);
	});

	test('is asked for before a text is looked at, and a wrong one is told apart', async () => {
		const { embed, provider } = testServer('secret');
		expect((await embed('no JSON')).statusCode).toBe(401);
		expect((await embed({ input: 'a' }, { authorization: 'Bearer EMPTY' })).json()).toMatchObject({
			error: { code: 'invalid_api_key' },
		});
		expect(provider.requests).toEqual([]);
		expect((await embed({ input: 'a' }, KEY)).statusCode).toBe(200);
	});

	test('is not asked for where none is configured, and any passes', async () => {
		const { get } = testServer();
		expect((await get('/v1/models')).statusCode).toBe(200);
		expect((await get('/v1/models', { authorization: 'Bearer EMPTY' })).statusCode).toBe(200);
	});
});

describe('/health', () => {
	test('tells a caller without the key the status and nothing else', async () => {
		const { get, provider } = testServer('secret');
		expect((await get('/health')).json()).toEqual({ status: 'ok' });
		expect((await get('/health', { authorization: 'Bearer wrong' })).json()).toEqual({ status: 'ok' });
		expect((await get('/health', KEY)).json()).toEqual(provider.currentHealth);
	});

	test('tells everybody everything where no key is configured', async () => {
		const { get, provider } = testServer();
		expect((await get('/health')).json()).toEqual(provider.currentHealth);
	});

	test('is a 503 when the host has failed', async () => {
		const { get, provider } = testServer('secret');
		provider.currentHealth = { status: 'failed', models: [] };
		const reply = await get('/health');
		expect([reply.statusCode, reply.json()]).toEqual([503, { status: 'failed' }]);
	});
});

describe('/v1/models', () => {
	const ENTRY = {
		id: 'org/model',
		object: 'model',
		created: 0,
		owned_by: 'n8n-nodes-embed',
		dimensions: 64,
		max_tokens: 128,
		takes_instruction: false,
	};

	test('lists the models as OpenAI does', async () => {
		expect((await testServer().get('/v1/models')).json()).toEqual({ object: 'list', data: [ENTRY] });
	});

	test.each(['/v1/models/org/model', '/v1/models/org%2Fmodel'])('tells one of them at %s', async (url) => {
		expect((await testServer().get(url)).json()).toEqual(ENTRY);
	});

	test('has no other', async () => {
		const reply = await testServer().get('/v1/models/org/other');
		expect(reply.statusCode).toBe(404);
		expect(reply.json()).toMatchObject({
			error: { code: 'model_not_found', message: expect.stringContaining('"org/other"') as string },
		});
	});
});

test('/status is the provider’s', async () => {
	expect((await testServer().get('/status')).json()).toEqual({
		version: '1.2.3',
		pid: 1,
		uptimeS: 5,
		memory: null,
		models: [],
	});
});

describe('errors have OpenAI’s shape', () => {
	test.each([
		['GET', '/nowhere?x=1', 404, 'There is no GET /nowhere here'],
		['GET', '/v1/embeddings', 404, 'There is no GET /v1/embeddings here'],
		['DELETE', '/v1/models/org/model', 404, 'There is no DELETE /v1/models/org/model here'],
		['GET', '/v1/models/%zz', 400, '%zz'],
	] as const)('%s %s', async (method, url, status, words) => {
		const reply = await testServer().server.inject({ method, url });
		expect(reply.statusCode).toBe(status);
		expect(reply.json()).toMatchObject({
			error: { type: 'invalid_request_error', param: null, message: expect.stringContaining(words) as string },
		});
	});
});

describe('work is reported', () => {
	test('when a text comes and when it is answered', async () => {
		const { embed, work } = testServer();
		await embed({ input: 'a' });
		expect(work.count).toBe(2);
	});

	test('but not for a look at the host', async () => {
		const { get, work } = testServer();
		await Promise.all(['/health', '/status', '/v1/models'].map((url) => get(url)));
		expect(work.count).toBe(0);
	});

	test('but not by a caller without the key', async () => {
		const { server, embed, work } = testServer('secret');
		await embed({ input: 'a' });
		await server.close();
		expect(work.count).toBe(0);
	});
});
