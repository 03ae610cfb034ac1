import { describe, expect, test } from 'vitest';

import { gate, settle } from '../../../support/async';
import { RawCaller } from '../../../support/raw-caller';
import { testServer } from '../../../support/server';

const LOOKS = ['/health', '/status', '/v1/models', '/v1/models/org/model'];
const WORK = ['/v1/embeddings', '/v1/models/org/model/load', '/v1/models/org/model/unload'];

describe('while a host drains', () => {
	test.each(WORK)('%s is refused, in words and with the seconds to wait', async (url) => {
		const { drain, post, provider, work } = testServer();
		drain.begin('SIGTERM');
		const reply = await post(url, { input: 'a' });
		expect(reply.statusCode).toBe(503);
		expect(reply.headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
		expect(reply.json()).toMatchObject({ error: { code: 'shutting_down', type: 'server_error', param: null } });
		expect([provider.requests, provider.moves, work.count]).toEqual([[], [], 0]);
	});

	test.each(LOOKS)('%s is answered, and the connection is not kept', async (url) => {
		const { drain, get } = testServer();
		const before = await get(url);
		expect(before.headers.connection).not.toBe('close');
		drain.begin('SIGTERM');
		const reply = await get(url);
		expect(reply.statusCode).toBe(url === '/health' ? 503 : 200);
		expect(reply.headers.connection).toBe('close');
		if (url.startsWith('/v1')) expect(reply.json()).toEqual(before.json());
	});

	test('what was taken is answered', async () => {
		const held = gate();
		const { drain, embed, provider } = testServer();
		provider.onEmbed = () => held.opened;
		const taken = embed({ input: 'a' });
		while (provider.requests.length === 0) await settle();
		drain.begin('SIGTERM');
		expect([drain.inFlight, drain.isFinished]).toEqual([1, false]);
		held.open();
		const reply = await taken;
		expect([reply.statusCode, reply.headers.connection]).toEqual([200, 'close']);
		await drain.finished;
		expect(provider.requests).toHaveLength(1);
	});

	test('an answer that is being sent is sent to its end', async () => {
		const { server, drain } = testServer();
		const caller = await RawCaller.of(server);
		// More than the system takes before the caller reads.
		caller.post({ input: Array.from({ length: 1_024 }, (_, i) => `text ${i}`), dimensions: 1_024 });
		await caller.readUntil('\r\n\r\n');
		drain.begin('SIGTERM');
		await settle();
		expect([drain.inFlight, drain.isFinished]).toEqual([1, false]);
		const rest = caller.readToEnd();
		await drain.finished;
		await server.close();
		expect((await rest).endsWith('\r\n0\r\n\r\n')).toBe(true);
	});

	test('a caller who hangs up is not waited for', async () => {
		const { server, drain, provider } = testServer();
		provider.onEmbed = () => gate().opened;
		const caller = await RawCaller.of(server);
		caller.post({ input: 'a' });
		while (drain.inFlight === 0) await settle();
		drain.begin('SIGTERM');
		caller.hangUp();
		await drain.finished;
		expect(drain.inFlight).toBe(0);
	});

	test('no answer closes a connection before another that was taken too', async () => {
		const held = gate();
		const { server, drain, provider } = testServer();
		provider.onEmbed = () => held.opened;
		const caller = await RawCaller.of(server);
		caller.post({ input: 'first' });
		caller.post({ input: 'second' });
		while (drain.inFlight < 2) await settle();
		drain.begin('SIGTERM');
		caller.post({ input: 'third' });
		// When a later caller has been heard, the third request has come.
		const other = await RawCaller.of(server);
		other.post({ input: 'other' });
		await other.readToEnd();
		held.open();
		const answers = await caller.readToEnd();
		expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 503']);
		expect(answers.match(/connection: close/gi)).toHaveLength(1);
		expect(provider.requests.map(({ inputs }) => inputs)).toEqual([['first'], ['second']]);
	});

	test('who has no key learns only that it is wrong', async () => {
		const { drain, embed } = testServer('secret');
		drain.begin('SIGTERM');
		expect((await embed({ input: 'a' })).statusCode).toBe(401);
		expect((await embed({ input: 'a' }, { authorization: 'Bearer secret' })).statusCode).toBe(503);
	});
});

describe('a load balancer', () => {
	test('sees at /health, with a key or without, that the host drains', async () => {
		const { drain, get, provider } = testServer('secret');
		drain.begin('machine reclaimed');
		const authorization = 'Bearer secret';
		const [open, full] = [await get('/health'), await get('/health', { authorization })];
		expect([open.statusCode, open.json()]).toEqual([503, { status: 'draining' }]);
		expect([full.statusCode, full.json()]).toEqual([
			503,
			{ status: 'draining', reason: 'machine reclaimed', models: provider.currentHealth.models },
		]);
	});

	test('is told draining, not failed, of a host that is both', async () => {
		const { drain, get, provider } = testServer();
		provider.currentHealth = { status: 'failed', models: [] };
		drain.begin('SIGTERM');
		expect((await get('/health')).json()).toMatchObject({ status: 'draining' });
	});
});

test('/status tells why the host drains and how much is in flight', async () => {
	const { drain, get } = testServer();
	expect((await get('/status')).json()).not.toHaveProperty('draining');
	drain.enter();
	drain.begin('SIGINT');
	expect((await get('/status')).json()).toMatchObject({ draining: { reason: 'SIGINT', inFlight: 1 } });
});

test('a server that is closed refuses in the same words', async () => {
	const { server, drain } = testServer();
	await server.close();
	expect(drain.reason).toBe('the server is closing');
});
