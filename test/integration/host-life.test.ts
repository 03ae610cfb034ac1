import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { runCli } from './support/command';
import { cleanUp, EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { isWindows } from './support/paths';
import { until, untilGone } from './support/processes';
import { expectNear } from './support/vectors';

const TEXTS = Array.from({ length: 120 }, (_, i) => `${i} the bridge was closed for repairs `.repeat(1 + (i % 9)));

afterAll(cleanUp);

describe('a host that is told to end', () => {
	test.for(['SIGTERM', 'SIGINT'] as const)(
		'by %s answers what is in flight and ends with code 0',
		async (signal, context) => {
			const host = await EmbedHost.start(['--cache-bytes', '0']);
			const expected = await host.embed(TEXTS);
			const worker = (await host.worker())!;
			const request = host.embed(TEXTS);
			await until('texts wait', async () => (await host.model()).queue.texts > 0);
			host.kill(signal);
			await expectNear(context, await request, expected, 0.99999);
			expect(await host.exited).toEqual({ code: 0, signal: null });
			await untilGone(worker);
		},
	);

	test('while its first model loads still answers the request', async () => {
		const host = await EmbedHost.start([]);
		const request = host.embed('Refund');
		await until('a worker loads', async () => (await host.worker()) !== undefined);
		host.kill('SIGTERM');
		expect(await request).toHaveLength(1);
		expect(await host.exited).toEqual({ code: 0, signal: null });
	});

	test('by disuse leaves by itself, and its socket with it', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const host = await EmbedHost.start(['--socket', socket, '--exit-after-idle-s', '3', '--idle-timeout-s', '0.3']);
		expect(await host.embed('a')).toHaveLength(1);
		expect(await host.exited).toEqual({ code: 0, signal: null });
		expect([existsSync(socket), existsSync(`${socket}.pid`)]).toEqual([false, false]);
	});

	test('does not leave while a model is loaded', async () => {
		const host = await EmbedHost.start(['--exit-after-idle-s', '3', '--idle-timeout-s', '5']);
		await host.embed('a');
		const worker = (await host.worker())!;
		await untilGone(worker);
		expect(await host.exited).toEqual({ code: 0, signal: null });
		expect(host.log).toMatch(/"to":"cold","reason":"idle"[\s\S]*unused: leaving/);
	});
});

describe.skipIf(isWindows)('a host that is killed', () => {
	test('leaves no worker, and another takes its socket', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const first = await EmbedHost.start(['--socket', socket]);
		await first.embed('a');
		const worker = (await first.worker())!;
		first.kill('SIGKILL');
		await first.exited;
		await untilGone(worker);
		expect([existsSync(socket), existsSync(`${socket}.pid`)]).toEqual([true, true]);
		const second = await EmbedHost.start(['--socket', socket]);
		expect(await second.embed('a')).toHaveLength(1);
		expect((await second.status()).pid).not.toBe(first.pid);
	});

	test('in the middle of a run leaves no worker either', async () => {
		const host = await EmbedHost.start(['--cache-bytes', '0']);
		await host.embed('a');
		const request = host.embed(TEXTS).catch((error: unknown) => error);
		await until('texts wait', async () => (await host.model()).queue.texts > 0);
		const worker = (await host.worker())!;
		host.kill('SIGKILL');
		expect(await request).toBeInstanceOf(Error);
		await untilGone(worker);
	});
});

describe('an address that is taken', () => {
	test.skipIf(isWindows)(
		'by a host on the same socket: the second ends with code 3 and the first serves on',
		async () => {
			const socket = join(makeFolder(), 'host.sock');
			const first = await EmbedHost.start(['--socket', socket]);
			const { code, stderr, stdout } = await runCli(['serve', '--socket', socket]);
			expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
			expect(stderr).toContain(`taken by the embed host with process id ${first.pid}`);
			expect(await first.embed('a')).toHaveLength(1);
		},
	);

	test.skipIf(isWindows)('by eight hosts that start at once: one gets it', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const starts = await Promise.allSettled(Array.from({ length: 8 }, () => EmbedHost.start(['--socket', socket])));
		const won = starts.filter((start) => start.status === 'fulfilled');
		expect(won).toHaveLength(1);
		for (const start of starts)
			if (start.status === 'rejected') expect(String(start.reason)).toMatch(/ended with code 3/);
		expect(await won[0]!.value.embed('a')).toHaveLength(1);
	});

	test('by another program on the port: a clear message and code 3', async () => {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const { code, stderr } = await runCli(['serve', '--port', String(port)]);
		server.close();
		expect(code).toBe(3);
		expect(stderr).toContain(`Another program listens on 127.0.0.1:${port}`);
	});

	test.skipIf(isWindows)('by a file that is no socket: it is left alone', async () => {
		const file = join(makeFolder(), 'notes.txt');
		writeFileSync(file, 'mine');
		const { code, stderr } = await runCli(['serve', '--socket', file]);
		expect(code).toBe(3);
		expect(stderr).toContain('a file that is not a socket');
		expect(readFileSync(file, 'utf8')).toBe('mine');
		expect(existsSync(`${file}.pid`)).toBe(false);
	});
});
