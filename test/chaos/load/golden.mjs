// What each text’s vector is: computed once, one text at a time, by a host that nobody disturbs.
import { lowestCosine } from '../../bench/statistics.mjs';
import { ask, vectorsOf } from './wire.mjs';

/** As the project’s bar for a vector that does not depend on its company. */
const BAR = 0.9999;

export class Golden {
	#vectors;

	constructor(texts, vectors) {
		this.texts = texts;
		this.#vectors = vectors;
	}

	static async compute(host, texts) {
		const vectors = [];
		for (const text of texts) {
			const { status, body } = await ask(host.address, { input: [text], encoding_format: 'base64' });
			if (status !== 200) throw new Error(`no golden vector: ${status} ${body.error?.message}`);
			vectors.push(vectorsOf(body)[0]);
		}
		return new Golden(texts, vectors);
	}

	/**
	 * Each vector against that of the text at its own place, so that swapped ones are found.
	 * @returns null, or what is wrong
	 */
	fault(indices, vectors, dimensions) {
		if (vectors.length !== indices.length) return `${vectors.length} vectors for ${indices.length} texts`;
		for (const [place, vector] of vectors.entries()) {
			const wanted = this.#vectors[indices[place]].subarray(0, dimensions);
			if (vector.length !== wanted.length) return `${vector.length} numbers instead of ${wanted.length}`;
			const cosine = lowestCosine([vector], [wanted]);
			if (!(cosine >= BAR)) return `text ${indices[place]} at place ${place}: cosine ${cosine.toFixed(5)}`;
			const length = Math.hypot(...vector);
			if (!(Math.abs(length - 1) < 1e-3)) return `text ${indices[place]}: a vector of length ${length.toFixed(4)}`;
		}
		return null;
	}
}
