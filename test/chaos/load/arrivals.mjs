// Requests that come at a fixed rate, whether or not earlier ones were answered: what a host cannot slow down.
import { setTimeout as wait } from 'node:timers/promises';

import { sendRequest } from './send-request.mjs';
import { Tally } from './tally.mjs';

export class Arrivals {
	tally = new Tally();
	#isStopped = false;
	#underWay = new Set();
	#loops;

	/**
	 * Begins at once.
	 * @param target `{ address, golden }`
	 * @param listsPerS lists of `size` texts; no two texts share a computation
	 * @param singlesPerS single texts
	 */
	constructor(target, { listsPerS, size, singlesPerS }) {
		let variant = 0;
		const plan = (kind, count) => {
			const indices = Array.from({ length: count }, (_, i) => (variant + i) % target.golden.texts.length);
			const priority = kind === 'bulk' ? 'bulk' : 'interactive';
			const request = { kind, indices, fields: { encoding_format: 'base64', priority }, variant };
			variant += count;
			return request;
		};
		this.#loops = [
			this.#loop(target, listsPerS, () => plan('bulk', size)),
			this.#loop(target, singlesPerS, () => plan('single', 1)),
		];
	}

	/** Waits for the answers under way. @returns the tally */
	async stop() {
		this.#isStopped = true;
		await Promise.all(this.#loops);
		await Promise.all(this.#underWay);
		return this.tally;
	}

	async #loop(target, perS, plan) {
		const start = performance.now();
		for (let sent = 0; !this.#isStopped; sent++) {
			const dueMs = start + (1_000 * sent) / perS - performance.now();
			if (dueMs > 0) await wait(dueMs);
			const request = sendRequest(target, plan()).then((outcome) => this.tally.add(outcome));
			this.#underWay.add(request);
			void request.then(() => this.#underWay.delete(request));
		}
	}
}
