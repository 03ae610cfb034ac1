// The built package’s `serve` as a real process, on a loopback port or on a Unix socket.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { LineProcess } from './line-process.mjs';

const CLIENT = fileURLToPath(new URL('http-client.mjs', import.meta.url));

// A host outlives its parent; what an interrupted benchmark leaves must not.
const running = new Map();
process.once('exit', () => {
	for (const [child, folder] of running) {
		child.kill('SIGKILL');
		rmSync(folder, { recursive: true, force: true });
	}
});

export class Host {
	#child;
	#folder;
	#clients = [];
	/** URL, or path of the socket. */
	address;

	constructor(child, folder) {
		this.#child = child;
		this.#folder = folder;
	}

	/**
	 * @param settings `{ root, cache, serveArgs }`: the checkout, the benchmark’s own cache folder, flags for every host
	 * @param args flags of this host
	 * @param socket listen on a Unix socket instead of a port
	 */
	static async start({ root, cache, serveArgs }, args, { socket = false } = {}) {
		const folder = mkdtempSync(join(tmpdir(), 'embed-bench-'));
		const place = socket ? ['--socket', join(folder, 'host.sock')] : ['--port', '0'];
		const cli = join(root, 'dist/runtime/cli.js');
		const all = [cli, 'serve', ...place, '--log-level', 'warn', ...args, ...serveArgs];
		const child = spawn(process.execPath, all, {
			stdio: ['ignore', 'pipe', 'inherit'],
			env: plainEnvironment(cache),
		});
		running.set(child, folder);
		const host = new Host(child, folder);
		try {
			host.address = (await host.#listening()).listening;
		} catch (error) {
			await host.close();
			throw error;
		}
		return host;
	}

	get pid() {
		return this.#child.pid;
	}

	/** A new process that calls this host, and ends with it. */
	async client() {
		const client = await LineProcess.start(process.execPath, [CLIENT, this.address]);
		this.#clients.push(client);
		return client;
	}

	/** What `/status` says of the one model served. */
	async modelStatus() {
		const answer = await fetch(`${this.address}/status`);
		return (await answer.json()).models[0];
	}

	async close() {
		await Promise.all(this.#clients.map((client) => client.close()));
		if (this.#child.exitCode === null && this.#child.signalCode === null) {
			const exited = once(this.#child, 'exit');
			this.#child.kill('SIGTERM');
			await exited;
		}
		running.delete(this.#child);
		rmSync(this.#folder, { recursive: true, force: true });
	}

	async #listening() {
		const lines = createInterface({ input: this.#child.stdout });
		const ended = once(this.#child, 'exit').then(([code]) => {
			throw new Error(`serve ended with code ${code} before it listened`);
		});
		ended.catch(() => {});
		const [line] = await Promise.race([once(lines, 'line'), ended]);
		return JSON.parse(line);
	}
}

/** The developer’s own host, models and learned settings must not change what is measured. */
export function plainEnvironment(cache) {
	const foreign = /^(EMBED_|HF_|NODE_OPTIONS|XDG_|npm_|OMP_|ORT_)/;
	const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return { ...Object.fromEntries(kept), HF_HOME: '/nonexistent', XDG_CACHE_HOME: join(cache, 'host') };
}
