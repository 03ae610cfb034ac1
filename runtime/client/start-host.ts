import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { EmbedError } from '../base/errors';
import { EXIT_ADDRESS_IN_USE } from '../base/exit-codes';

/** How long a host may take to listen; it loads no model before it is asked. */
const START_TIMEOUT_MS = 30_000;
const EXIT_AFTER_IDLE_S = 600;

/**
 * Starts the user’s host, detached, so that it outlives the n8n process that happened to be first. Resolves when it
 * listens, or at once with `taken` when another process was quicker.
 * @throws EmbedError `host_unreachable` with the end of the host’s log
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
			const fail = (why: string) => reject(new EmbedError('host_unreachable', `The embed host did not start: ${why}. Its log is ${socket}.log; "npx n8n-nodes-embed doctor" says what works here`));
			const timer = setTimeout(() => fail('it did not listen in time'), START_TIMEOUT_MS);
			child.once('error', (error) => fail(error.message));
			child.once('exit', (code) => (code === EXIT_ADDRESS_IN_USE ? resolve('taken') : fail(`it ended with code ${code}`)));
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
	mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
	return openSync(`${socket}.log`, 'w', 0o600);
}

/** What belongs to this process alone (a debugger, a test runner’s loader) is not for the host. */
function hostEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const { NODE_OPTIONS: _loader, NODE_CHANNEL_FD: _channel, ...rest } = environment;
	return rest;
}
