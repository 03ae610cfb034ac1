// The floor: what raw onnxruntime does with the same texts on the same cores when everything is known beforehand.
import { cutSorted, shapesFor } from './plans.mjs';
import { SessionProcess } from './session-process.mjs';

/** Batches a process has at hand, so that it never waits for the next one to be sent. */
const AT_HAND = 2;

/** All shapes of the floor with one model; those that do not run sleep. */
export class Floor {
	#processes;
	#texts = [];

	constructor(processes) {
		this.#processes = processes;
	}

	static async start({ graphFile, pooling, cores }) {
		const processes = new Map();
		const floor = new Floor(processes);
		try {
			for (const shape of shapesFor(cores)) {
				const group = Array.from({ length: shape.processes }, () => new SessionProcess());
				processes.set(keyOf(shape), group);
				await Promise.all(group.map((one) => one.ask('open', { graphFile, threads: shape.threads, pooling })));
			}
		} catch (error) {
			await floor.close();
			throw error;
		}
		return floor;
	}

	/** Gives every process the ids. Not part of any time. */
	async hold(ids) {
		this.#texts = ids;
		const message = { ids: ids.map((one) => Int32Array.from(one)) };
		await Promise.all([...this.#processes.values()].flat().map((one) => one.ask('hold', message)));
	}

	/**
	 * Runs all texts held, or groups of positions one after another, each finished before the next begins.
	 * @returns `{ ms }` from the first batch sent to the last one done
	 */
	async run({ shape, paddedTokens }, groups = [[...this.#texts.keys()]]) {
		const cut = groups.map((positions) => this.#cut(positions, paddedTokens));
		const start = performance.now();
		for (const batches of cut) await this.#share(shape, batches, () => {});
		return { ms: performance.now() - start };
	}

	/** The vectors of all texts held, in their order. */
	async vectors({ shape, paddedTokens }) {
		const vectors = [];
		const batches = this.#cut([...this.#texts.keys()], paddedTokens);
		await this.#share(
			shape,
			batches,
			(batch, found) => batch.forEach((position, i) => (vectors[position] = found[i])),
			true,
		);
		return vectors;
	}

	/** Milliseconds of each text run alone in one process, one after another. */
	async times({ processes, threads }, positions) {
		return this.#processes.get(keyOf({ processes, threads }))[0].ask('time', { positions });
	}

	async close() {
		await Promise.all([...this.#processes.values()].flat().map((one) => one.close()));
	}

	#cut(positions, paddedTokens) {
		const lengths = positions.map((position) => this.#texts[position].length);
		return cutSorted(lengths, paddedTokens).map((batch) => batch.map((i) => positions[i]));
	}

	// One queue for all processes of a shape: whoever is done takes the next batch, so that none idles before the end.
	async #share(shape, batches, take, wantVectors = false) {
		let next = 0;
		const lane = async (one) => {
			while (next < batches.length) {
				const batch = batches[next++];
				take(batch, await one.ask('run', { batch, wantVectors }));
			}
		};
		const group = this.#processes.get(keyOf(shape));
		await Promise.all(group.flatMap((one) => Array.from({ length: AT_HAND }, () => lane(one))));
	}
}

function keyOf({ processes, threads }) {
	return `${processes}×${threads}`;
}
