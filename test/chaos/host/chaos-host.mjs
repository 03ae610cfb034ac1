// The built package’s `serve` as a real process that may be mistreated: its log, its workers and all that it owns are known.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { plainEnvironment } from '../../bench/contenders/host.mjs';
import { descendantsOf } from './processes.mjs';

const LISTENS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 15_000;
const LOG_LINES_KEPT = 40;

// A host outlives its parent; what an interrupted run leaves must not.
const running = new Map();
process.once('exit', () => {
	for (const [child, folder] of running) {
		for (const pid of descendantsOf(child.pid)) killNow(pid);
		child.kill('SIGKILL');
		rmSync(folder, { recursive: true, force: true });
	}
});

export class ChaosHost {
	#child;
	#folder;
	/** Moves of the model’s state, in the order of the log. */
	moves = [];
	/** How often each warning and error was logged. */
	warnings = {};
	#lastLines = [];
	address;

	constructor(child, folder) {
		this.#child = child;
		this.#folder = folder;
		createInterface({ input: child.stderr }).on('line', (line) => this.#read(line));
	}

	/**
	 * On a free port of 127.0.0.1, with a cache folder and a folder for temporary files of its own.
	 * @param root the checkout
	 * @param args flags of `serve`
	 * @param wrap command line that runs the command which follows it; default: none
	 * @param cacheDir default: an empty one
	 * @param environment more variables
	 */
	static async start(root, args, { wrap = [], cacheDir, environment = {} } = {}) {
		const folder = mkdtempSync(join(tmpdir(), 'embed-chaos-'));
		mkdirSync(join(folder, 'tmp'));
		const serve = [process.execPath, join(root, 'dist/runtime/cli.js'), 'serve', '--port', '0', ...args];
		const [command, ...rest] = [...wrap, ...serve];
		const child = spawn(command, rest, {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: {
				...plainEnvironment(folder),
				EMBED_CACHE_DIR: cacheDir ?? join(folder, 'cache'),
				TMPDIR: join(folder, 'tmp'),
				...environment,
			},
		});
		running.set(child, folder);
		const host = new ChaosHost(child, folder);
		const late = AbortSignal.timeout(LISTENS_WITHIN_MS);
		try {
			const [line] = await Promise.race([
				once(createInterface({ input: child.stdout }), 'line', { signal: late }),
				once(child, 'exit').then(() => Promise.reject(new Error(`the host did not start:\n${host.lastLog}`))),
			]);
			host.address = JSON.parse(line).listening;
		} catch (error) {
			await host.close();
			throw error;
		}
		return host;
	}

	get pid() {
		return this.#child.pid;
	}

	get isAlive() {
		return this.#child.exitCode === null && this.#child.signalCode === null;
	}

	/** Where its temporary files are. */
	get temporaryFolder() {
		return join(this.#folder, 'tmp');
	}

	get lastLog() {
		return this.#lastLines.join('\n');
	}

	/** What `/status` says of the one model served. */
	async model() {
		const answer = await fetch(`${this.address}/status`, { signal: AbortSignal.timeout(30_000) });
		return (await answer.json()).models[0];
	}

	/** Ends it. @returns process ids that were its and are still there */
	async close() {
		const owned = descendantsOf(this.pid);
		if (this.isAlive) {
			const exited = once(this.#child, 'exit');
			this.#child.kill('SIGTERM');
			const kill = setTimeout(() => this.#child.kill('SIGKILL'), ENDS_WITHIN_MS);
			await exited;
			clearTimeout(kill);
		}
		// Workers leave when the channel to their host closes, which takes them a moment.
		let left = owned.filter(isThere);
		for (let i = 0; i < 50 && left.length > 0; i++) {
			await new Promise((resolve) => setTimeout(resolve, 100));
			left = left.filter(isThere);
		}
		left.forEach(killNow);
		running.delete(this.#child);
		rmSync(this.#folder, { recursive: true, force: true });
		return left;
	}

	#read(line) {
		this.#lastLines.push(line);
		if (this.#lastLines.length > LOG_LINES_KEPT) this.#lastLines.shift();
		if (!line.startsWith('{')) return;
		const { level, msg, to, reason } = JSON.parse(line);
		if (msg === 'model state') this.moves.push({ to, reason });
		if (level >= 40) this.warnings[msg] = (this.warnings[msg] ?? 0) + 1;
	}
}

function isThere(pid) {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

function killNow(pid) {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It was quicker.
	}
}
