import { chmodSync, chownSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { runCli } from './support/command';
import { cleanUp, EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { isRoot, isWindows, OTHER_UID } from './support/paths';

afterAll(cleanUp);

describe('a host on an address that others can reach', () => {
	test.for(['0.0.0.0', '::', '192.0.2.1'])('refuses to start on %s without a key', async (address) => {
		const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--host', address]);
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		expect(stderr).toContain('a key is needed');
	});

	test('starts with one, and never says it', async () => {
		const host = await EmbedHost.start(['--host', '0.0.0.0', '--log-level', 'debug'], { apiKey: 'sesame-7431' });
		const { port } = new URL(host.listening);
		const answer = await fetch(`http://127.0.0.1:${port}/status`);
		expect(answer.status).toBe(401);
		expect(await answer.text()).not.toContain('sesame-7431');
		expect(host.log).not.toContain('sesame-7431');
	});
});

describe.skipIf(isWindows)('the private socket', () => {
	test('can be opened by its owner alone, and so can the folder that is made for it', async () => {
		const folder = join(makeFolder(), 'deeper');
		const socket = join(folder, 'host.sock');
		await EmbedHost.start(['--socket', socket]);
		expect(statSync(socket).mode & 0o777).toBe(0o600);
		expect(statSync(folder).mode & 0o777).toBe(0o700);
	});

	test.for([0o755, 0o750, 0o777])('is refused in a folder that others can enter (mode %o)', async (mode) => {
		const folder = makeFolder();
		chmodSync(folder, mode);
		const { code, stderr } = await runCli(['serve', '--socket', join(folder, 'host.sock')]);
		expect(code).toBe(1);
		expect(stderr).toContain(`chmod 700 ${folder}`);
		expect(statSync(folder).mode & 0o777).toBe(mode);
	});

	test('is refused behind a link, which somebody else could turn', async () => {
		const folder = makeFolder();
		symlinkSync(makeFolder(), join(folder, 'link'));
		const { code, stderr } = await runCli(['serve', '--socket', join(folder, 'link', 'host.sock')]);
		expect(code).toBe(1);
		expect(stderr).toContain('is not a folder');
	});

	test('is refused when its path is too long for a socket', async () => {
		const { code, stderr } = await runCli(['serve', '--socket', join(makeFolder(), `${'x'.repeat(100)}.sock`)]);
		expect(code).toBe(1);
		expect(stderr).toContain('longer than 103 bytes');
	});

	test.skipIf(!isRoot)('is refused in another user’s folder', async () => {
		const folder = makeFolder();
		chownSync(folder, OTHER_UID, OTHER_UID);
		const { code, stderr } = await runCli(['serve', '--socket', join(folder, 'host.sock')]);
		expect(code).toBe(1);
		expect(stderr).toContain(`belongs to user ${OTHER_UID}`);
	});

	test.skipIf(!isRoot)('of one user cannot be used by another', async () => {
		const folder = makeFolder();
		const socket = join(folder, 'host.sock');
		const host = await EmbedHost.start(['--socket', socket]);
		const { code, stderr } = await runCli(['status', '--socket', socket], { uid: OTHER_UID });
		expect(code).toBe(1);
		expect(stderr).toContain('belongs to somebody else');
		expect(await host.embed('a')).toHaveLength(1);
	});
});
