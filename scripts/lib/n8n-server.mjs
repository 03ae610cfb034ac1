// Runs one n8n, with an embed host of its own, and ends both without a trace.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { endHost, processesOf, signal, until } from './n8n-processes.mjs';

const READY_WITHIN_MS = 180_000;
/** n8n itself gives running executions 30 s. */
const ENDS_WITHIN_MS = 45_000;
const GONE_WITHIN_MS = 3_000;

/** What keeps n8n on this machine: no telemetry, no templates, no list of verified packages. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
	N8N_PYTHON_ENABLED: 'false',
	// The default engine's native module can crash a command at its exit.
	N8N_EXPRESSION_ENGINE: 'legacy',
	// Plain HTTP on loopback.
	N8N_SECURE_COOKIE: 'false',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	DB_TYPE: 'sqlite',
};

/** What belongs to npm or to a test runner: with NODE_ENV=test n8n ends without a word. */
const NOT_FOR_N8N = /^(npm_.*|INIT_CWD|NODE_ENV|NODE_OPTIONS|TEST|VITEST.*)$/i;

/**
 * @param home folder of n8n's data
 * @param socket of the embed host that the nodes start
 */
export async function n8nEnvironment({ home, port, socket, base = process.env }) {
	return {
		...QUIET,
		...Object.fromEntries(Object.entries(base).filter(([name]) => !NOT_FOR_N8N.test(name))),
		N8N_USER_FOLDER: home,
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		EMBED_SOCKET: socket,
		// Vectors of what is tried out here do not belong in the user's own cache.
		EMBED_CACHE_DIR: base.EMBED_CACHE_DIR || join(home, 'embed-cache'),
	};
}

/**
 * @param runtime what {@link ensureN8n} returned
 * @param home folder of n8n's data
 * @param base environment to start from
 * @param nodeArguments for the Node that runs n8n, and for none of its children
 */
export async function startN8n({ runtime, home, port, base = process.env, nodeArguments = [] }) {
	// Not in `home`: a socket's path has room for about a hundred bytes.
	const socketFolder = mkdtempSync(join(tmpdir(), 'n8n-embed-'));
	const socket = join(socketFolder, 'host.sock');
	const environment = await n8nEnvironment({ home, port, socket, base });
	mkdirSync(home, { recursive: true });
	const logFile = join(home, 'n8n.log');
	const log = openSync(logFile, 'w');
	// A process group of its own: Ctrl-C then reaches n8n once, through us, and its children can be ended together.
	const child = spawn(runtime.node, [...nodeArguments, runtime.command, 'start'], {
		cwd: home,
		env: environment,
		detached: true,
		stdio: ['ignore', log, log],
	});
	closeSync(log);
	let hasExited = false;
	const exited = new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code, name) => resolve(code ?? name));
	}).finally(() => (hasExited = true));
	exited.catch(() => {});

	const end = async () => {
		if (!hasExited) child.kill('SIGTERM');
		if (!(await until(() => hasExited, ENDS_WITHIN_MS))) signal(-child.pid, 'SIGKILL');
		await exited.catch(() => {});
		signal(-child.pid, 'SIGKILL');
		await endHost(socket);
		// Those that are still ending get a moment; a host that had not yet claimed its socket would stay.
		await until(() => processesOf(socket).length === 0, GONE_WITHIN_MS);
		const left = processesOf(socket);
		for (const { pid } of left) signal(pid, 'SIGKILL');
		rmSync(socketFolder, { recursive: true, force: true });
		return left;
	};
	let ending = null;
	/**
	 * Idempotent. Called again, it no longer waits for running executions.
	 * @returns processes that did not end by themselves and were killed
	 */
	const stop = () => {
		if (ending) signal(-child.pid, 'SIGKILL');
		return (ending ??= end());
	};
	const url = `http://127.0.0.1:${port}`;
	const ready = async () => {
		const isReady = () =>
			hasExited ||
			fetch(`${url}/healthz/readiness`).then(
				({ status }) => status === 200,
				() => false,
			);
		if ((await until(isReady, READY_WITHIN_MS)) && !hasExited) return;
		throw new Error(
			`n8n did not start. The end of ${logFile}:\n${readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n')}`,
		);
	};
	return { url, home, socket, environment, logFile, pid: child.pid, exited, ready, stop };
}

/** @param wanted 0 takes any @returns the port if it is free, else null */
export function freePort(wanted = 0) {
	return new Promise((resolve) => {
		const probe = createServer();
		probe.once('error', () => resolve(null));
		probe.listen(wanted, '127.0.0.1', () => {
			const { port } = probe.address();
			probe.close(() => resolve(port));
		});
	});
}
