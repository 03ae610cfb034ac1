import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { defaultSocket, describeAddress, isLoopback } from '../../../../runtime/base/address';

test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('%s is this machine alone', (host) => {
	expect(isLoopback(host)).toBe(true);
});

test.each(['0.0.0.0', '::', '', '10.0.0.1', '127.0.0.1.example.org', 'localhost.example.org', '1127.0.0.1'])(
	'"%s" may be reached from elsewhere',
	(host) => {
		expect(isLoopback(host)).toBe(false);
	},
);

test('the shared socket is the one that EMBED_SOCKET names', () => {
	expect(defaultSocket('1.2.3', { EMBED_SOCKET: '/s/x.sock', XDG_RUNTIME_DIR: '/run/user/1' })).toBe('/s/x.sock');
});

test.runIf(process.platform !== 'win32').each([
	['in the runtime folder', { XDG_RUNTIME_DIR: '/run/user/7' }, '/run/user/7'],
	['in the folder for temporary files where there is no other', {}, tmpdir()],
	['not in a runtime folder of no name', { XDG_RUNTIME_DIR: '' }, tmpdir()],
])('the shared socket lies %s, one a user and version', (_, environment, base) => {
	const folder = `n8n-nodes-embed-${process.getuid?.()}`;
	expect(defaultSocket('1.2.3', environment)).toBe(join(base, folder, 'host-1.2.3.sock'));
});

test('an address is described by its path or its URL', () => {
	expect(describeAddress({ socket: '/s' })).toBe('/s');
	expect(describeAddress({ url: 'http://h:1' })).toBe('http://h:1');
});
