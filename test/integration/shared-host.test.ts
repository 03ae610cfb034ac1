import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { runNode } from './support/command';
import { makeFolder, removeFolders } from './support/folders';
import { dist, fromDist, isWindows } from './support/paths';
import { cleanEnvironment, expectNoProcessLeft, isAlive, untilGone } from './support/processes';
import { cosine } from './support/vectors';

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
