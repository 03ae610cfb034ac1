// The other end of floor/child.mjs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

/** One process with one session. */
export class SessionProcess {
	#child = fork(CHILD, { serialization: 'advanced' });
	#waiting = new Map();
	#lastId = 0;

	constructor() {
		this.#child.on('message', ({ id, result, error }) => {
			const { resolve, reject } = this.#waiting.get(id);
			this.#waiting.delete(id);
			if (error === undefined) resolve(result);
			else reject(new Error(`floor: ${error}`));
		});
		this.#child.on('exit', (code, signal) => {
			for (const { reject } of this.#waiting.values()) reject(new Error(`the floor ended: ${signal ?? code}`));
			this.#waiting.clear();
		});
	}

	ask(ask, rest) {
		const id = ++this.#lastId;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			this.#child.send({ id, ask, ...rest }, (error) => error && reject(error));
		});
	}

	async close() {
		if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
		this.#child.kill('SIGKILL');
		await once(this.#child, 'exit');
	}
}
