import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { Agent, request } from 'undici';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { runCli } from './support/command';
import { cleanUp, EmbedHost } from './support/embed-host';
import { until, untilGone } from './support/processes';
import { expectNear } from './support/vectors';

/** Seconds of work, and an answer in many pieces. */
const TEXTS = Array.from({ length: 400 }, (_, i) => `${i} the ferry leaves from the other pier `.repeat(1 + (i % 9)));

const agents: Agent[] = [];
afterEach(async () => {
	for (const agent of agents.splice(0)) await agent.destroy();
});
afterAll(cleanUp);

/** Asks over one connection, which stays open from request to request. */
function connectionTo(host: EmbedHost) {
	const agent = new Agent({ connections: 1 });
	agents.push(agent);
	return async (method: 'GET' | 'POST', path: string, body?: unknown) => {
		const {
			statusCode,
			headers,
			body: answer,
		} = await request(host.listening + path, {
			method,
			dispatcher: agent,
			...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
		});
		return { status: statusCode, headers, body: await answer.json() };
	};
}

/** A host with a bulk job under way, which even a slow machine does in the time. */
async function busyHost(shutdownTimeoutS = 110) {
	const host = await EmbedHost.start(['--cache-bytes', '0', '--shutdown-timeout-s', String(shutdownTimeoutS)]);
	await host.warm(host.models[0]!);
	// Opened before the drain begins.
	const ask = connectionTo(host);
	await ask('GET', '/status');
	const job = host.embed(TEXTS);
	job.catch(() => {});
	await until('texts wait', async () => (await host.model()).queue.texts > TEXTS.length / 2);
	return { host, job, ask };
}

const REFUSED = {
	status: 503,
	headers: { 'retry-after': '1', connection: 'close' },
	body: { error: { code: 'shutting_down' } },
};

describe('a host that drains', () => {
	test.for([
		['SIGTERM', async (host: EmbedHost) => host.kill('SIGTERM')],
		['POST /drain', async (host: EmbedHost) => expect((await host.send('POST', '/drain', '{}')).status).toBe(202)],
	] as const)('by %s answers what it has and refuses what comes', async ([reason, begin], context) => {
		const { host, job, ask } = await busyHost();
		await begin(host);
		await until('it drains', async () => (await ask('GET', '/health')).status === 503);

		expect(await ask('POST', '/v1/embeddings', { input: 'new' })).toMatchObject(REFUSED);
		expect(await ask('POST', `/v1/models/${host.models[0]}/load`, {})).toMatchObject(REFUSED);
		expect(await connectionTo(host)('POST', '/v1/embeddings', { input: 'new' })).toMatchObject(REFUSED);

		expect(await ask('GET', '/health')).toMatchObject({ status: 503, body: { status: 'draining', reason } });
		expect(await ask('GET', '/status')).toMatchObject({ status: 200, body: { draining: { reason, inFlight: 1 } } });
		expect(await ask('GET', '/v1/models')).toMatchObject({ status: 200 });

		const { stdout } = await runCli(['status', '--url', host.listening]);
		expect(stdout).toContain(`draining (${reason}): takes no more work, 1 requests in flight`);

		const vectors = await job;
		expect(await host.exited).toEqual({ code: 0, signal: null });
		const other = await EmbedHost.start(['--cache-bytes', '0']);
		await expectNear(context, vectors, await other.embed(TEXTS), 0.9999);
		await other.stop();
	});

	test('answers a request of which only half had come, and refuses the next on its connection', async () => {
		const { host, job } = await busyHost();
		const socket = await openSocket(host);
		const body = JSON.stringify({ input: 'half' });
		socket.write(head(body) + body.slice(0, 5));
		// What comes later on another connection is read later.
		await host.status();
		host.kill('SIGTERM');
		await until('it drains', async () => (await host.status()).draining?.inFlight === 2);
		socket.write(body.slice(5) + head(body) + body);
		const answers = await readAll(socket);
		expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
		expect(answers).toMatch(/retry-after: 1\r\n/i);
		expect(await job).toHaveLength(TEXTS.length);
		expect(await host.exited).toEqual({ code: 0, signal: null });
	});

	test('is kept by nobody who has sent half a request and nothing more', async () => {
		const { host, job } = await busyHost();
		const socket = await openSocket(host);
		socket.write('POST /v1/embeddings HTTP/1.1\r\nhost: loca');
		host.kill('SIGTERM');
		expect(await job).toHaveLength(TEXTS.length);
		expect(await host.exited).toEqual({ code: 0, signal: null });
		socket.destroy();
	});

	test('with nothing in flight goes at once', async () => {
		const host = await EmbedHost.start([]);
		await host.embed('a');
		const worker = (await host.worker())!;
		const { status, body } = await host.send('POST', '/drain', JSON.stringify({ reason: 'machine reclaimed' }));
		expect([status, body]).toEqual([202, { status: 'draining', reason: 'machine reclaimed', inFlight: 0 }]);
		expect(await host.exited).toEqual({ code: 0, signal: null });
		await untilGone(worker);
	});

	test('because of POST /drain is not ended by the first signal that comes after', async () => {
		const { host, job } = await busyHost();
		await host.send('POST', '/drain', '{}');
		host.kill('SIGTERM');
		expect(await job).toHaveLength(TEXTS.length);
		expect(await host.exited).toEqual({ code: 0, signal: null });
	});

	test('goes at once at a second signal, and no process is left', async () => {
		const { host, job } = await busyHost();
		const worker = (await host.worker())!;
		host.kill('SIGTERM');
		await until('it drains', async () => (await host.send('GET', '/health')).status === 503);
		host.kill('SIGINT');
		expect(await host.exited).toEqual({ code: 1, signal: null });
		await expect(job).rejects.toThrow();
		await untilGone(worker);
		expect(host.log).toContain('a second signal: SIGINT');
	});

	test('goes in time though a worker hangs, and the worker does not stay', async () => {
		const { host, job } = await busyHost(1);
		const workers = (await host.model()).workers.map(({ pid }) => pid);
		for (const pid of workers) process.kill(pid, 'SIGSTOP');
		host.kill('SIGTERM');
		expect(await host.exited).toEqual({ code: 1, signal: null });
		await expect(job).rejects.toThrow();
		for (const pid of workers) await untilGone(pid);
		expect(host.log).toContain('not done 1 s after the drain began');
	});

	test('whose idle worker hangs has answered everything all the same', async () => {
		const host = await EmbedHost.start([]);
		await host.warm(host.models[0]!);
		const workers = (await host.model()).workers.map(({ pid }) => pid);
		for (const pid of workers) process.kill(pid, 'SIGSTOP');
		host.kill('SIGTERM');
		expect(await host.exited).toEqual({ code: 0, signal: null });
		for (const pid of workers) await untilGone(pid);
	});
});

test('a host that wants a key is not drained without it', async () => {
	const host = await EmbedHost.start([], { apiKey: 'sesame' });
	const answer = await fetch(`${host.listening}/drain`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: '{}',
	});
	expect(answer.status).toBe(401);
	expect((await host.send('GET', '/health')).status).toBe(200);
	expect((await host.send('POST', '/drain', '{}')).status).toBe(202);
	expect(await host.exited).toEqual({ code: 0, signal: null });
});

async function openSocket(host: EmbedHost): Promise<Socket> {
	const { hostname, port } = new URL(host.listening);
	const socket = connect({ host: hostname, port: Number(port) });
	socket.on('error', () => {});
	await once(socket, 'connect');
	return socket;
}

function head(body: string): string {
	return `POST /v1/embeddings HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
}

/** Everything until the other side closes the connection. */
async function readAll(socket: Socket): Promise<string> {
	let text = '';
	socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
	await once(socket, 'close');
	return text;
}
