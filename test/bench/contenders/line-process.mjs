// A contender in a process of its own, in whatever language: see line-server.mjs for the talk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Standard error kept to explain an early end. */
const TAIL_CHARACTERS = 2_000;

export class LineProcess {
	#child;
	#waiting = new Map();
	#lastId = 0;
	#errors = '';
	/** What the process said of itself when it was ready. */
	ready;

	constructor(command, args, env) {
		this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
		const end = (why) => {
			for (const { reject } of this.#waiting.values()) reject(new Error(`${why} ${this.#errors}`.trim()));
			this.#waiting.clear();
		};
		this.#child.on('error', (error) => end(error.message));
		this.#child.on('exit', (code, signal) => end(`${args[0]} ended: ${signal ?? code}.`));
		this.#child.stdin.on('error', () => {});
		this.#child.stderr.setEncoding('utf8').on('data', (text) => {
			this.#errors = (this.#errors + text).slice(-TAIL_CHARACTERS);
		});
		createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take(line));
	}

	/** @throws with the process’s own words when it does not come up */
	static async start(command, args, env = process.env) {
		const one = new LineProcess(command, args, env);
		one.ready = await one.#answer(0);
		return one;
	}

	get pid() {
		return this.#child.pid;
	}

	ask(ask, rest) {
		const id = ++this.#lastId;
		const answer = this.#answer(id);
		this.#child.stdin.write(`${JSON.stringify({ id, ask, ...rest })}\n`);
		return answer;
	}

	async close() {
		if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
		const exited = once(this.#child, 'exit');
		this.#child.kill('SIGKILL');
		await exited;
	}

	#answer(id) {
		return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
	}

	#take(line) {
		// Libraries print to standard output too.
		if (!line.startsWith('{"id"')) return;
		const { id, result, error } = JSON.parse(line);
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		if (error === undefined) waiting.resolve(result);
		else waiting.reject(new Error(error));
	}
}

/** Vectors as they travel: base64 of little-endian float32. */
export function toVectors(texts) {
	return texts.map((text) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
}
