import { describe, expect, test } from 'vitest';

import { refusePages } from '../../../../runtime/host/caller-guard';
import { refusalOf } from '../../../support/async';
import { testServer } from '../../../support/server';

describe('a name in Host', () => {
	test.each([
		undefined,
		'localhost',
		'LOCALHOST:30000',
		'localhost.:30000',
		'127.0.0.1:30000',
		'[::1]:30000',
		'192.168.1.5',
		'n8n.localhost',
		'host.docker.internal:30000',
	])('%s passes', (host) => {
		expect(() => refusePages({ host })).not.toThrow();
	});

	test.each([
		'',
		'evil.example',
		'evil.example:30000',
		'localhost.evil.example',
		'127.0.0.1.evil.example',
		'notlocalhost',
		'x.notinternal',
		'127.0.0.1@evil.example',
		'local host',
		'localhost:x',
		'\u00c0',
		'\u00ff.localhost',
		'[::1',
		'[]',
		'::1',
	])('"%s" is refused: it may be anybody’s', async (host) => {
		expect(await refusalOf(() => refusePages({ host }))).toMatchObject({ code: 'caller_not_allowed' });
	});
});

describe('a page', () => {
	const host = '127.0.0.1:30000';

	test.each([
		{ origin: 'http://127.0.0.1:30000', 'sec-fetch-site': 'same-origin' },
		{ 'sec-fetch-site': 'none' },
		{ origin: 'HTTP://127.0.0.1:30000' },
	])('of the host itself, or typed in, passes: %o', (headers) => {
		expect(() => refusePages({ host, ...headers })).not.toThrow();
	});

	test.each([
		{ origin: 'https://evil.example' },
		{ origin: 'null' },
		{ origin: '' },
		{ origin: 'http://127.0.0.1:5678' },
		{ origin: 'https://127.0.0.1:30000' },
		{ origin: 'http://127.0.0.1:30000.evil.example' },
		{ 'sec-fetch-site': 'cross-site' },
		{ 'sec-fetch-site': 'same-site' },
	])('of another origin is refused: %o', async (headers) => {
		expect(await refusalOf(() => refusePages({ host, ...headers }))).toMatchObject({ code: 'caller_not_allowed' });
	});
});

describe('the server', () => {
	const PAGE = { origin: 'https://evil.example' };

	test.each(['/health', '/status', '/v1/models', '/nowhere'])('refuses a page at %s', async (url) => {
		const reply = await testServer().get(url, PAGE);
		expect([reply.statusCode, reply.json()]).toMatchObject([403, { error: { code: 'caller_not_allowed' } }]);
		expect(reply.headers['access-control-allow-origin']).toBeUndefined();
	});

	test('refuses its texts', async () => {
		const { embed, provider } = testServer();
		expect((await embed({ input: 'a' }, PAGE)).statusCode).toBe(403);
		expect((await embed({ input: 'a' }, { host: 'evil.example' })).statusCode).toBe(403);
		expect(provider.requests).toEqual([]);
	});

	test('refuses what a page may send without asking first, whatever its origin', async () => {
		const { embed, provider } = testServer();
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
			expect((await embed({ input: 'a' }, { 'content-type': type })).statusCode).toBe(415);
		expect(provider.requests).toEqual([]);
	});

	test('leaves it to the key where there is one', async () => {
		const { get } = testServer('secret');
		expect((await get('/status', { ...PAGE, host: 'embed:30000', authorization: 'Bearer secret' })).statusCode).toBe(
			200,
		);
		expect((await get('/status', { ...PAGE, host: 'embed:30000' })).statusCode).toBe(401);
	});
});
