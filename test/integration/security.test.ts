import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { request } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';

import type { OpenApiDocument } from '../../runtime/host/openapi/document';
import { runCli, runNode } from './support/command';
import { cleanUp, EmbedHost, type Answer } from './support/embed-host';
import { makeFolder } from './support/folders';
import { isRoot, isWindows, OTHER_UID } from './support/paths';
import { until } from './support/processes';

afterAll(cleanUp);

const SESAME = 'sesame-7431-open';

/** Every address and method that a host describes, with something in place of each parameter. */
async function addressesOf(host: EmbedHost): Promise<{ method: 'GET' | 'POST'; path: string; isOpen: boolean }[]> {
	const { paths } = (await host.send('GET', '/openapi.json')).body as unknown as OpenApiDocument;
	return Object.entries(paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, { security }]) => ({
			method: method.toUpperCase() as 'GET' | 'POST',
			path: path.replace(/\{\w+\}/g, 'all-MiniLM-L6-v2'),
			isOpen: security !== undefined,
		})),
	);
}

describe('a host with a key', () => {
	test('answers at no address that it has without it; /health says its state and nothing else', async () => {
		const host = await EmbedHost.start(['--host', '0.0.0.0'], { apiKey: SESAME });
		const origin = `http://127.0.0.1:${new URL(host.listening).port}`;
		const addresses = await addressesOf(host);
		expect(addresses.length).toBeGreaterThan(4);
		const wrong = [
			undefined,
			'',
			SESAME,
			'Bearer',
			`Basic ${SESAME}`,
			`Bearer ${SESAME}x`,
			`Bearer ${SESAME.slice(0, -1)}`,
			`Bearer ${SESAME.toUpperCase()}`,
			`Bearer ${SESAME},${SESAME}`,
			'Bearer \u00a0',
			'Bearer EMPTY',
		];
		for (const { method, path, isOpen } of addresses) {
			for (const authorization of wrong) {
				const { statusCode, body } = await request(origin + path, {
					method,
					headers: { ...(authorization !== undefined && { authorization }), 'content-type': 'application/json' },
					...(method === 'POST' && { body: '{"input":"a"}' }),
				});
				const text = await body.text();
				expect([method, path, authorization, statusCode]).toEqual([method, path, authorization, isOpen ? 200 : 401]);
				if (isOpen) expect([path, text]).toEqual(['/health', '{"status":"ok"}']);
				else expect(text).not.toContain('MiniLM');
			}
		}
		expect((await host.model()).state).toBe('cold');
	});

	test('never says it: in no answer, log, process list or worker', async () => {
		const host = await EmbedHost.start(['--log-level', 'debug', '--api-key', SESAME], { environment: {} });
		const headers = { authorization: `Bearer ${SESAME}` };
		const said: string[] = [];
		const ask = async (method: 'GET' | 'POST', path: string, body?: string, more = {}) => {
			const answer: Answer = await host.send(method, path, body, { ...headers, ...more });
			said.push(JSON.stringify([answer.headers, answer.body]));
			return answer.status;
		};
		expect(await ask('POST', '/v1/embeddings', '{"input":"a"}')).toBe(200);
		const refusals = [
			await ask('GET', `/nowhere?key=${SESAME}`),
			await ask('GET', '/v1/models/none'),
			await ask('GET', '/v1/models/%zz'),
			await ask('POST', '/v1/embeddings', '{'),
			await ask('POST', '/v1/embeddings', '{"input":5}'),
			await ask('POST', '/v1/embeddings', '{"input":"a"}', { 'content-type': 'text/plain' }),
			await ask('POST', '/v1/embeddings', '{"input":"a"}', { authorization: `Bearer ${SESAME}x` }),
			await ask('POST', '/v1/embeddings', '{"input":"a"}', { authorization: `Basic ${SESAME}` }),
			await ask('POST', '/v1/embeddings', ' '.repeat(33 * 2 ** 20)),
			await ask('GET', '/health', undefined, { 'x-large': 'x'.repeat(20_000) }),
		];
		expect(refusals).toEqual([404, 404, 400, 400, 400, 415, 401, 401, 413, 431]);
		for (const path of ['/status', '/health', '/v1/models', '/openapi.json']) expect(await ask('GET', path)).toBe(200);
		expect(said.join('\n')).not.toContain('sesame');
		expect(host.log).not.toContain('sesame');
		if (process.platform === 'linux') {
			const { body } = await host.send('GET', '/status', undefined, headers);
			const [worker] = (body as unknown as { models: { workers: { pid: number }[] }[] }).models[0]!.workers;
			expect(readFileSync(`/proc/${host.pid}/cmdline`, 'utf8')).not.toContain('sesame');
			for (const file of ['cmdline', 'environ'])
				expect(readFileSync(`/proc/${worker!.pid}/${file}`, 'utf8')).not.toContain('sesame');
		}
	});

	test('given in the environment does not reach the processes that it starts', async () => {
		const host = await EmbedHost.start([], { apiKey: SESAME });
		await host.embed('a');
		if (process.platform !== 'linux') return;
		const environment = readFileSync(`/proc/${(await host.worker())!}/environ`, 'utf8');
		expect(environment).toContain('EMBED_TEST_MARK');
		expect(environment).not.toContain('sesame');
	});

	test.for(['', ' ', 'two words', 'schlüssel'])('does not start with the key "%s"', async (key) => {
		const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--host', '0.0.0.0', '--api-key', key]);
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		expect(stderr).toContain('The key must be');
	});
});

// Only root can become another user; without it the tests of modes in exposure.test.ts stand alone.
test.skipIf(!isRoot || isWindows)(
	'the system keeps another user from the private socket, whatever program he uses',
	async () => {
		const folder = makeFolder();
		const socket = join(folder, 'host.sock');
		const host = await EmbedHost.start(['--socket', socket]);
		const script = `
		const socket = require('node:net').connect(process.argv[1]);
		socket.on('connect', () => { console.log('connected'); socket.destroy(); });
		socket.on('error', ({ code }) => console.log(code));`;
		expect((await runNode(['-e', script, socket])).stdout).toBe('connected\n');
		expect((await runNode(['-e', script, socket], { uid: OTHER_UID })).stdout).toBe('EACCES\n');
		expect(await host.embed('a')).toHaveLength(1);
	},
);

describe('a request names no file and no address', () => {
	/** Ways to say a path in a model’s name. */
	const disguised = (path: string) => [
		path,
		`../../../../../../..${path}`,
		`all-MiniLM-L6-v2/../../../../../../..${path}`,
		`file://${path}`,
		`${path}\0.onnx`,
		encodeURIComponent(path),
		encodeURIComponent(encodeURIComponent(path)),
		path.replaceAll('/', '\\'),
	];

	async function ask(host: EmbedHost, name: string): Promise<void> {
		for (const body of [
			{ input: 'a', model: name },
			{ input: name, model: name },
			{ input: 'a', user: name, instruction: name },
		]) {
			const { status } = await host.post(body);
			expect([400, 404]).toContain(status);
		}
		expect((await host.post({ input: [name, `see ${name}`] })).status).toBe(200);
		for (const part of [name.replaceAll('\0', '%00'), encodeURIComponent(name)])
			expect([400, 404]).toContain((await host.send('GET', `/v1/models/${part.replaceAll('\\', '%5C')}`)).status);
	}

	// A pipe keeps whoever opens it waiting, and tells a writer that there is a reader; a folder’s time of access tells
	// that it was listed. Both are first shown to tell.
	test.skipIf(isWindows)('paths in any disguise open no file and list no folder', async () => {
		const folder = makeFolder();
		const pipe = join(folder, 'config.json');
		expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
		const hasReader = () => {
			try {
				closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
				return true;
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === 'ENXIO') return false;
				throw error;
			}
		};
		const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
		expect(hasReader()).toBe(true);
		closeSync(reader);

		const models = join(folder, 'models');
		mkdirSync(join(models, 'onnx'), { recursive: true });
		const long = new Date('2001-01-01');
		utimesSync(models, long, new Date());
		readdirSync(models);
		const tellsAccess = statSync(models).atimeMs !== long.getTime();
		utimesSync(models, long, new Date());

		const host = await EmbedHost.start([]);
		await host.embed('a');
		for (const name of [...disguised(pipe), ...disguised(folder), ...disguised(models), ...disguised('/etc/passwd')]) {
			await ask(host, name);
			expect([name, hasReader()]).toEqual([name, false]);
		}
		if (tellsAccess) expect(statSync(models).atimeMs).toBe(long.getTime());
		expect(host.models).toEqual((await host.status()).models.map(({ id }) => id));
	});

	test('addresses in any field are called by nobody', async () => {
		let calls = 0;
		const listener = createServer((socket) => {
			calls++;
			socket.destroy();
		});
		await once(listener.listen(0, '127.0.0.1'), 'listening');
		const { port } = listener.address() as AddressInfo;
		const host = await EmbedHost.start([], {
			// A hub there is, should anybody ask it.
			environment: { HF_ENDPOINT: `http://127.0.0.1:${port}`, HTTP_PROXY: `http://127.0.0.1:${port}` },
		});
		for (const name of [
			`http://127.0.0.1:${port}/`,
			`http://localhost:${port}/v1/models`,
			`//127.0.0.1:${port}/x`,
			`127.0.0.1:${port}`,
			'sentence-transformers/paraphrase-MiniLM-L3-v2',
			'Qwen/Qwen3-Embedding-0.6B',
		])
			await ask(host, name);
		for (const header of ['referer', 'x-forwarded-host', 'forwarded', 'x-original-url', 'via'])
			await host.send('GET', '/v1/models', undefined, { [header]: `http://127.0.0.1:${port}/` });
		expect(calls).toBe(0);
		// It would have seen them.
		await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
		await until('the listener counts', () => calls === 1);
		listener.close();
	});
});

describe('a web page', () => {
	test('cannot use a host without a key, though its reader can reach it', async () => {
		const host = await EmbedHost.start([]);
		const { port } = new URL(host.listening);
		const body = '{"input":"a"}';
		const pages: Record<string, string>[] = [
			{ origin: 'https://evil.example', 'content-type': 'text/plain' },
			{ origin: 'https://evil.example' },
			{ origin: 'null' },
			{ host: `evil.example:${port}` },
			{ host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
			{ 'sec-fetch-site': 'cross-site' },
		];
		for (const page of pages) {
			const { status, headers } = await host.send('POST', '/v1/embeddings', body, page);
			expect([page, status]).toEqual([page, 403]);
			expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
		}
		expect((await host.model()).state).toBe('cold');
		expect(await host.embed('a')).toHaveLength(1);
	});
});
