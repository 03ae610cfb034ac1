// Who else turns texts into vectors on this machine.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { LineProcess } from './line-process.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const POOLING = { mean: 'mean', last: 'last_token' };

export const PEERS = ['transformers.js', 'sentence-transformers'];

/**
 * Every wanted peer that can run this model here, by name; those that should and cannot are named with the reason.
 * @returns `{ peers: {name: LineProcess}, absent: {name: string}, versions: {name: string} }`
 */
export async function startPeers(model, { root, only }) {
	const starts = {
		'transformers.js': () => startTransformersJs(model),
		// It runs the PyTorch weights, which no other file corresponds to.
		...(model.isMain && { 'sentence-transformers': startSentenceTransformers }),
	};
	const found = { peers: {}, absent: {}, versions: {} };
	for (const name of only.filter((peer) => peer in starts)) {
		try {
			found.peers[name] = await starts[name]();
			Object.assign(found.versions, found.peers[name].ready.versions);
		} catch (error) {
			found.absent[name] = error.message.trim();
		}
	}
	if (found.peers['transformers.js']) found.versions['@huggingface/transformers'] = transformersJsVersion(root);
	return found;
}

function startTransformersJs({ folder, pooling, transformersJs }) {
	const options = { folder, pooling: POOLING[pooling], ...transformersJs };
	return LineProcess.start(process.execPath, [here('transformers-js.mjs'), JSON.stringify(options)]);
}

function transformersJsVersion(root) {
	const file = join(root, 'test/bench/node_modules/@huggingface/transformers/package.json');
	return JSON.parse(readFileSync(file, 'utf8')).version;
}

async function startSentenceTransformers() {
	const python = process.env.EMBED_BENCH_PYTHON || 'python3';
	const { status } = spawnSync(python, ['-c', 'import sentence_transformers'], { stdio: 'ignore' });
	if (status !== 0) throw new Error(`${python} cannot import sentence_transformers (EMBED_BENCH_PYTHON names another)`);
	return LineProcess.start(python, [here('sentence-transformers.py')]);
}
