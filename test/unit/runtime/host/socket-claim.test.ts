import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { claimSocket } from '../../../../runtime/host/socket-claim';
import { refusalOf } from '../../../support/async';
import { tempFolder } from '../../../support/temp-folder';

const socketIn = (folder = tempFolder()) => join(folder, 'host.sock');
const claimOf = (socket: string) => `${socket}.pid`;
const listenOn = (socket: string) =>
	new Promise<void>((resolve) => {
		const server = createServer().listen(socket, resolve);
		onTestFinished(() => void server.close());
	});
/** A process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['--version']).pid;

test('a claim names its owner and is for this user alone', async () => {
	const socket = socketIn();
	const claim = await claimSocket(socket);
	expect(readFileSync(claimOf(socket), 'utf8')).toBe(String(process.pid));
	expect(statSync(claimOf(socket)).mode & 0o777).toBe(0o600);
	claim.release();
	claim.release();
	expect(existsSync(claimOf(socket))).toBe(false);
});

test('a claim is held by one until it is released', async () => {
	const socket = socketIn();
	const claim = await claimSocket(socket);
	expect(await refusalOf(() => claimSocket(socket))).toMatchObject({ code: 'address_in_use' });
	claim.release();
	(await claimSocket(socket)).release();
});

test('releasing leaves the claim of another', async () => {
	const socket = socketIn();
	const claim = await claimSocket(socket);
	writeFileSync(claimOf(socket), String(process.ppid));
	claim.release();
	expect(readFileSync(claimOf(socket), 'utf8')).toBe(String(process.ppid));
});

describe('what an ended host left behind', () => {
	test.each([
		['its claim', () => String(deadPid())],
		['an empty claim', () => ''],
		['a claim that is no number', () => 'x'],
		['a claim of its own process id, which a restarted container gives again', () => String(process.pid)],
	])('is taken over: %s', async (_, content) => {
		const socket = socketIn();
		writeFileSync(claimOf(socket), content());
		const claim = await claimSocket(socket);
		expect(readFileSync(claimOf(socket), 'utf8')).toBe(String(process.pid));
		claim.release();
	});

	test('is removed: a socket at which nobody answers', async () => {
		const socket = socketIn();
		const script =
			"require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
		spawnSync(process.execPath, ['-e', script, socket]);
		expect(existsSync(socket)).toBe(true);
		(await claimSocket(socket)).release();
		expect(existsSync(socket)).toBe(false);
	});
});

describe('is refused', () => {
	test('while a living process has the claim, which is named and left', async () => {
		const socket = socketIn();
		writeFileSync(claimOf(socket), String(process.ppid));
		const error = await refusalOf(() => claimSocket(socket));
		expect(error.code).toBe('address_in_use');
		expect(error.message).toContain(`process id ${process.ppid}`);
		expect(readFileSync(claimOf(socket), 'utf8')).toBe(String(process.ppid));
	});

	test('while another program answers at the socket, and leaves no claim', async () => {
		const socket = socketIn();
		await listenOn(socket);
		expect(await refusalOf(() => claimSocket(socket))).toMatchObject({ code: 'address_in_use' });
		expect([existsSync(socket), existsSync(claimOf(socket))]).toEqual([true, false]);
	});

	test('where a file that is no socket lies, which is left', async () => {
		const socket = socketIn(tempFolder({ 'host.sock': 'mine' }));
		const error = await refusalOf(() => claimSocket(socket));
		expect(error.code).toBe('address_in_use');
		expect(error.message).toContain('not a socket');
		expect(readFileSync(socket, 'utf8')).toBe('mine');
	});

	test('where the path has no room in a socket’s address', async () => {
		const socket = socketIn(join(tempFolder(), 'x'.repeat(100)));
		expect(await refusalOf(() => claimSocket(socket))).toMatchObject({ code: 'invalid_request' });
		expect(existsSync(dirname(socket))).toBe(false);
	});

	test('where a file is in the place of the folder', async () => {
		const socket = socketIn(join(tempFolder({ run: 'x' }), 'run'));
		expect(await refusalOf(() => claimSocket(socket))).toMatchObject({ code: 'host_not_private' });
	});
});
