// Callers who each send the next request when they have the answer to the last one: what a busy n8n does.
import { setTimeout as wait } from 'node:timers/promises';

import { seededRandom } from '../../bench/texts/random.mjs';
import { planRequest } from './plan-request.mjs';
import { sendRequest } from './send-request.mjs';
import { Tally } from './tally.mjs';

/** Single texts come as people type. */
const PAUSE_MS = { bulk: 5, single: 50 };

export class Callers {
	tally;
	#isStopped = false;
	#loops;

	/**
	 * Begins at once.
	 * @param target `{ address, golden }`
	 * @param bulk callers with lists; default 2
	 * @param single callers with single texts; default 3
	 * @param tally to add to; default: a new one
	 */
	constructor(target, { bulk = 2, single = 3, seed = 1, tally = new Tally() } = {}) {
		this.tally = tally;
		const kinds = [...Array(bulk).fill('bulk'), ...Array(single).fill('single')];
		this.#loops = kinds.map((kind, i) => this.#loop(target, kind, seededRandom(1_000 * seed + i)));
	}

	/** Waits for the answers under way. @returns the tally */
	async stop() {
		this.#isStopped = true;
		await Promise.all(this.#loops);
		return this.tally;
	}

	async #loop(target, kind, random) {
		while (!this.#isStopped) {
			this.tally.add(await sendRequest(target, planRequest(kind, target.golden.texts.length, random)));
			await wait(2 * PAUSE_MS[kind] * random());
		}
	}
}
