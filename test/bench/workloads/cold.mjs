// From the start of a process to the first vector, with the model that the package carries.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Host, plainEnvironment } from '../contenders/host.mjs';
import { figure, ratiosTo } from '../figure.mjs';
import { alternate } from '../rounds.mjs';
import { lowestCosine, median } from '../statistics.mjs';
import { FolderTokenizer } from '../texts/tokens.mjs';

const BARE = fileURLToPath(new URL('../floor/bare.mjs', import.meta.url));
const UNTIMED = 1;

export async function cold(settings) {
	const model = settings.models.builtin;
	const [text] = settings.texts;
	const ids = new FolderTokenizer(model.folder).encode(text);
	const runs = {
		floor: () => bare(settings, { ids, graphFile: model.graphFile, pooling: model.pooling, threads: settings.cores }),
		ours: () => host(settings, model, text),
	};
	// Once for the page cache: the disk is not measured.
	await alternate(UNTIMED, runs);
	const results = await alternate(settings.sizes.rounds, runs);
	const at = (name, key) => results[name].map((result) => result[key]);
	const rounds = { floor: at('floor', 'firstVectorMs'), ours: at('ours', 'firstVectorMs') };
	const ms = (name, key) => median(at(name, key)).toFixed(0);
	return [
		figure('cold', {
			title: 'process start to first vector, built-in model',
			unit: 'ms',
			against: 'a bare process that loads the session and runs once',
			rounds,
			ratios: ratiosTo(rounds.floor, { ours: rounds.ours }),
			cosines: { ours: lowestCosine([results.ours[0].vector], [results.floor[0].vector]) },
			notes: [
				`ours: listening at ${ms('ours', 'listeningMs')} ms, first vector at ${ms('ours', 'firstVectorMs')} ms`,
				`bare: library loaded at ${ms('floor', 'loadedMs')} ms, session at ${ms('floor', 'sessionMs')} ms, vector in the process at ${ms('floor', 'ranMs')} ms`,
			],
			details: {
				listeningMs: at('ours', 'listeningMs'),
				loadedMs: at('floor', 'loadedMs'),
				sessionMs: at('floor', 'sessionMs'),
			},
		}),
	];
}

async function host(settings, { serveArgs }, text) {
	const { Agent, request } = await import('undici');
	const start = performance.now();
	const started = await Host.start(settings, serveArgs, { socket: true });
	const listeningMs = performance.now() - start;
	const dispatcher = new Agent({ connect: { socketPath: started.address } });
	try {
		const body = JSON.stringify({ input: text, encoding_format: 'float' });
		const headers = { 'content-type': 'application/json' };
		const answer = await request('http://localhost/v1/embeddings', { method: 'POST', dispatcher, headers, body });
		const { data } = await answer.body.json();
		return { listeningMs, firstVectorMs: performance.now() - start, vector: data[0].embedding };
	} finally {
		await dispatcher.destroy();
		await started.close();
	}
}

async function bare({ cache }, job) {
	const now = () => performance.timeOrigin + performance.now();
	const start = now();
	const child = spawn(process.execPath, [BARE, JSON.stringify(job)], {
		stdio: ['ignore', 'pipe', 'inherit'],
		env: plainEnvironment(cache),
	});
	const [line] = await once(createInterface({ input: child.stdout }), 'line');
	const firstVectorMs = now() - start;
	const { vector, loadedAt, sessionAt, ranAt } = JSON.parse(line);
	await once(child, 'exit');
	return { firstVectorMs, loadedMs: loadedAt - start, sessionMs: sessionAt - start, ranMs: ranAt - start, vector };
}
