import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { runNode } from './support/command';
import { makeFolder, removeFolders } from './support/folders';
import { dist, fromDist, isWindows } from './support/paths';
import { cleanEnvironment, expectNoProcessLeft, isAlive, until, untilGone } from './support/processes';
import { cosine, expectNear } from './support/vectors';

const { SharedHost } = fromDist<typeof import('../../runtime/client/shared-host')>('runtime/client/shared-host.js');
type Client = InstanceType<typeof SharedHost>;

const clients: Client[] = [];
const sockets = new Set<string>();

function clientOn(socket: string, environment: NodeJS.ProcessEnv = {}): Client {
	const client = new SharedHost(cleanEnvironment({ ...environment, EMBED_SOCKET: socket }));
	clients.push(client);
	sockets.add(socket);
	return client;
}

async function pidOf(client: Client): Promise<number> {
	return (await client.status()).pid;
}

afterEach(async () => {
	for (const client of clients.splice(0)) await client.close();
	// Detached on purpose, so that nobody but this ends them; the claim beside a socket names its host.
	for (const claim of [...sockets].map((socket) => `${socket}.pid`).filter((file) => existsSync(file))) {
		const pid = Number(readFileSync(claim, 'utf8'));
		if (isAlive(pid)) process.kill(pid, 'SIGTERM');
		await untilGone(pid);
	}
	sockets.clear();
});
afterAll(async () => {
	await expectNoProcessLeft();
	removeFolders();
});

describe.skipIf(isWindows)('the host that nodes share', () => {
	test('is started by the first call and used by the next client', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const client = clientOn(socket);
		const { vectors, model } = await client.embed({ inputs: ['Refund', 'I want my money back.', 'The lake freezes.'] });
		expect(model).toBe('all-MiniLM-L6-v2');
		expect(cosine(vectors[0]!, vectors[1]!)).toBeGreaterThan(cosine(vectors[0]!, vectors[2]!));
		expect(await pidOf(clientOn(socket))).toBe(await pidOf(client));
	});

	test('is one for five processes that call at once', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const script = `
			const { SharedHost } = require(${JSON.stringify(join(dist, 'runtime', 'client', 'shared-host.js'))});
			const host = new SharedHost(process.env);
			host.embed({ inputs: ['text of ' + process.pid] })
				.then(() => host.status())
				.then(({ pid }) => { console.log(pid); return host.close(); });`;
		const ended = await Promise.all(
			Array.from({ length: 5 }, () => runNode(['-e', script], { environment: { EMBED_SOCKET: socket } })),
		);
		const pid = await pidOf(clientOn(socket));
		expect(ended).toEqual(Array.from({ length: 5 }, () => ({ code: 0, stdout: `${pid}\n`, stderr: '' })));
	});

	test('outlives the process that started it', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const script = `
			const { SharedHost } = require(${JSON.stringify(join(dist, 'runtime', 'client', 'shared-host.js'))});
			const host = new SharedHost(process.env);
			host.status().then(({ pid }) => { console.log(pid); process.exit(0); });`;
		const { stdout } = await runNode(['-e', script], { environment: { EMBED_SOCKET: socket } });
		expect(await pidOf(clientOn(socket))).toBe(Number(stdout));
	});

	test('is started anew by the next call after it was killed', async () => {
		const client = clientOn(join(makeFolder(), 'host.sock'));
		const before = await client.embed({ inputs: ['Refund'] });
		const killed = await pidOf(client);
		process.kill(killed, 'SIGKILL');
		await untilGone(killed);
		const after = await client.embed({ inputs: ['Refund'] });
		expect(cosine(after.vectors[0]!, before.vectors[0]!)).toBeGreaterThan(0.999999);
		expect(await pidOf(client)).not.toBe(killed);
	});

	test.for(['SIGKILL', 'SIGTERM'] as const)(
		'that gets %s while it works: every call is answered, and the next host is there',
		async (signal, context) => {
			const socket = join(makeFolder(), 'host.sock');
			const client = clientOn(socket, { EMBED_CACHE_BYTES: '0' });
			const texts = Array.from({ length: 200 }, (_, i) => `${i} the ferry leaves from the other pier `.repeat(6));
			const ended = await pidOf(client);
			const job = client.embed({ inputs: texts });
			job.catch(() => {});
			await until('texts wait', async () => (await client.status()).models[0]!.queue.texts > texts.length / 2);
			process.kill(ended, signal);
			await until('it drains or is gone', async () => {
				const { draining, pid } = await client.status();
				return draining !== undefined || pid !== ended;
			});
			// During the drain as after a kill: a caller who comes now waits for the next host and starts it.
			const later = await clientOn(socket, { EMBED_CACHE_BYTES: '0' }).embed({ inputs: texts.slice(0, 3) });
			expect(await pidOf(client)).not.toBe(ended);
			const { vectors } = await job;
			await untilGone(ended);
			await expectNear(context, later.vectors, vectors.slice(0, 3), 0.9999);
			const again = await client.embed({ inputs: texts });
			await expectNear(context, vectors, again.vectors, 0.9999);
		},
	);

	test('has a model loaded and unloaded by its callers', async () => {
		const client = clientOn(join(makeFolder(), 'host.sock'));
		expect(await client.load('all-MiniLM-L6-v2', { idleTimeoutMs: 900_000 })).toMatchObject({
			id: 'all-MiniLM-L6-v2',
			state: 'ready',
			wasLoaded: false,
		});
		expect(await client.load('all-MiniLM-L6-v2')).toMatchObject({ wasLoaded: true });
		// Held until its self-test is through.
		await until('it waits to be used', async () => ((await client.status()).models[0]!.unloadInS ?? 0) > 800);
		expect(await client.unload('all-MiniLM-L6-v2')).toMatchObject({ state: 'cold', endedWorkers: 1 });
	});

	test('needs no key, whatever the environment says for hosts on TCP', async () => {
		const client = clientOn(join(makeFolder(), 'host.sock'), { EMBED_API_KEY: 'sesame' });
		expect((await client.embed({ inputs: ['Refund'] })).vectors).toHaveLength(1);
	});

	test('that cannot start fails with its own reason', async () => {
		const folder = makeFolder();
		chmodSync(folder, 0o755);
		await expect(clientOn(join(folder, 'host.sock')).embed({ inputs: ['a'] })).rejects.toMatchObject({
			message: expect.stringContaining('chmod 700') as string,
		});
	});

	test('has no file written for it through a folder that others can write to', async () => {
		const folder = makeFolder();
		const precious = join(makeFolder(), 'precious.txt');
		writeFileSync(precious, 'mine');
		chmodSync(folder, 0o777);
		symlinkSync(precious, join(folder, 'host.sock.log'));
		await expect(clientOn(join(folder, 'host.sock')).embed({ inputs: ['a'] })).rejects.toThrow();
		expect(readFileSync(precious, 'utf8')).toBe('mine');
		expect(existsSync(join(folder, 'host.sock'))).toBe(false);
	});
});
