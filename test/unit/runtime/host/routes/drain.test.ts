import { describe, expect, test } from 'vitest';

import { testServer } from '../../../../support/server';

const JSON_TYPE = { 'content-type': 'application/json' };

test('POST /drain begins the drain and answers at once', async () => {
	const { drain, post } = testServer();
	drain.enter();
	const reply = await post('/drain', { reason: 'machine reclaimed' });
	expect([reply.statusCode, reply.json()]).toEqual([
		202,
		{ status: 'draining', reason: 'machine reclaimed', inFlight: 1 },
	]);
	expect(drain.reason).toBe('machine reclaimed');
});

test('its body may be missing', async () => {
	const { drain, post } = testServer();
	expect((await post('/drain', undefined, JSON_TYPE)).statusCode).toBe(202);
	expect(drain.reason).toBe('POST /drain');
});

test('asked again it tells how far it is, and the first reason', async () => {
	const { drain, post } = testServer();
	const over = drain.enter();
	await post('/drain', { reason: 'first' });
	over();
	expect((await post('/drain', { reason: 'second' })).json()).toEqual({
		status: 'draining',
		reason: 'first',
		inFlight: 0,
	});
});

test('it is no work: it keeps nobody awake', async () => {
	const { post, work } = testServer();
	await post('/drain', {});
	expect(work.count).toBe(0);
});

describe('a host is not drained by', () => {
	test('a caller without its key', async () => {
		const { drain, post } = testServer('secret');
		expect((await post('/drain', {})).statusCode).toBe(401);
		expect((await post('/drain', {}, { authorization: 'Bearer wrong' })).statusCode).toBe(401);
		expect(drain.reason).toBeNull();
		expect((await post('/drain', {}, { authorization: 'Bearer secret' })).statusCode).toBe(202);
	});

	// What a web page may send to any address without the browser asking that address first.
	test.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
		'a web page’s form of type %s',
		async (type) => {
			const { server, drain } = testServer();
			for (const payload of ['', '{}']) {
				const headers = type === undefined ? {} : { 'content-type': type };
				const reply = await server.inject({ method: 'POST', url: '/drain', headers, payload });
				expect([reply.statusCode, reply.json()]).toMatchObject([415, { error: { code: 'unsupported_media_type' } }]);
			}
			expect(drain.reason).toBeNull();
		},
	);

	test('a link', async () => {
		const { drain, get } = testServer();
		expect((await get('/drain')).statusCode).toBe(404);
		expect(drain.reason).toBeNull();
	});

	test.each([{ reason: '' }, { reason: 7 }, { reason: 'x'.repeat(201) }, [], 'stop'])('a body of %j', async (body) => {
		const { drain, post } = testServer();
		expect((await post('/drain', body)).statusCode).toBe(400);
		expect(drain.reason).toBeNull();
	});
});
