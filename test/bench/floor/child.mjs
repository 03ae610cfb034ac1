// A process of the floor: one session, asked by messages for batches of texts that it already holds as ids.
import { createRequire } from 'node:module';

import { embedder, sessionOptions } from './graph.mjs';

// The product’s onnxruntime, not the peers’ own.
const onnxruntime = createRequire(new URL('../../../package.json', import.meta.url))('onnxruntime-node');
let embed;
let texts = [];

const answers = {
	/** Loads the model. */
	async open({ graphFile, threads, pooling }) {
		const session = await onnxruntime.InferenceSession.create(graphFile, sessionOptions(threads));
		embed = embedder(onnxruntime, session, pooling);
	},
	/** Takes the texts, as Int32Arrays of ids, that later batches name by their positions. */
	async hold({ ids }) {
		texts = ids;
	},
	/** Runs one batch. Vectors leave the process only if they are asked for: the floor does not pay for that. */
	async run({ batch, wantVectors }) {
		const vectors = await embed(batch.map((position) => texts[position]));
		return wantVectors ? vectors : null;
	},
	/** Runs texts alone, one after another. @returns milliseconds of each */
	async time({ positions }) {
		const milliseconds = [];
		for (const position of positions) {
			const start = performance.now();
			await embed([texts[position]]);
			milliseconds.push(performance.now() - start);
		}
		return milliseconds;
	},
};

process.on('message', ({ id, ask, ...rest }) => {
	answers[ask](rest).then(
		(result) => process.send({ id, result }),
		(error) => process.send({ id, error: error.message }),
	);
});
process.on('disconnect', () => process.exit(0));
