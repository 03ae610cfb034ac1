import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { EmbedError } from '../base/errors';
import { EXIT_ADDRESS_IN_USE } from '../base/exit-codes';
import { withHostMalloc } from '../base/host-malloc';
import { ensurePrivateFolder } from '../base/private-folder';

/** How long a host may take to listen; it loads no model before it is asked. */
const START_TIMEOUT_MS = 30_000;
const EXIT_AFTER_IDLE_S = 600;
/** A workflow that embeds the same texts every hour needs no model for it, whatever was restarted in between. */
const DISK_CACHE_BYTES = 2 ** 30;

/**
 * Starts the user’s host, detached, so that it outlives the n8n process that happened to be first. Resolves when it
 * listens, or at once with `taken` when another process was quicker.
 * @throws EmbedError `host_unreachable` with the last words of the host’s log, or `host_not_private`
 */
export async function startHost(socket: string, environment: NodeJS.ProcessEnv): Promise<'started' | 'taken'> {
	const logFile = openLog(socket);
	const cli = join(__dirname, '..', 'cli.js');
	const args = ['serve', '--socket', socket, '--serve-cached-models', '--exit-after-idle-s', String(EXIT_AFTER_IDLE_S)];
	const child = spawn(process.execPath, [cli, ...args], {
		detached: true,
		stdio: ['ignore', 'pipe', logFile ?? 'ignore'],
		env: hostEnvironment(environment),
		windowsHide: true,
	});
	if (logFile !== null) closeSync(logFile);
	const stdout = child.stdout!;
	try {
		return await new Promise((resolve, reject) => {
			const fail = (why: string) => reject(notStarted(why, socket));
			const timer = setTimeout(() => fail('it did not listen in time'), START_TIMEOUT_MS);
			child.once('error', (error) => fail(error.message));
			child.once('exit', (code) =>
				code === EXIT_ADDRESS_IN_USE ? resolve('taken') : fail(`it ended with code ${code}`),
			);
			// Its one line says that it listens.
			stdout.once('data', () => resolve('started'));
			child.once('exit', () => clearTimeout(timer));
			stdout.once('data', () => clearTimeout(timer));
		});
	} finally {
		stdout.destroy();
		child.unref();
	}
}

function openLog(socket: string): number | null {
	if (process.platform === 'win32') return null;
	// Before anything is written there: in somebody else’s folder the log could be a link to a file of ours.
	ensurePrivateFolder(dirname(socket));
	return openSync(logOf(socket), 'w', 0o600);
}

function logOf(socket: string): string {
	return `${socket}.log`;
}

function notStarted(why: string, socket: string): EmbedError {
	return new EmbedError(
		'host_unreachable',
		`The embed host did not start: ${lastWords(socket) ?? why}. Its log is ${logOf(socket)}; "npx n8n-nodes-embed doctor" says what works here`,
	);
}

function lastWords(socket: string): string | null {
	try {
		return readFileSync(logOf(socket), 'utf8').trim().split('\n').at(-1) || null;
	} catch {
		return null;
	}
}

/**
 * Without what belongs to this process alone (a debugger, a test runner’s loader), and without the key: it is for hosts
 * on TCP, and a private socket has its owner for a key.
 */
function hostEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const { NODE_OPTIONS: _loader, NODE_CHANNEL_FD: _channel, EMBED_API_KEY: _key, ...rest } = environment;
	// In the environment, not as a flag: what the user says there wins.
	return { ...withHostMalloc(rest), EMBED_DISK_CACHE_BYTES: rest.EMBED_DISK_CACHE_BYTES || String(DISK_CACHE_BYTES) };
}
