import { expect, test } from 'vitest';

import { hostPid, isAlive, signal, until } from '../../scripts/lib/n8n-processes.mjs';
import { askHost, floats, serveWithKey } from './support/host.mjs';
import { callWebhook, makeWorkflow, publish, state } from './support/n8n.mjs';
import { code, embed, webhook } from './support/nodes.mjs';

const TEXTS = 5_000;
/** Under the host's limit of texts in one request. */
const CHUNK = 1_000;
const WITHIN_MS = 60_000;

/** The vectors of a host that has nothing to do with the job: another process, and no cache that it could have them from. */
async function independentVectors(texts) {
	const host = await serveWithKey('apart');
	try {
		const vectors = [];
		for (let start = 0; start < texts.length; start += CHUNK) {
			const answer = await fetch(`${host.url}/v1/embeddings`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', authorization: 'Bearer apart' },
				body: JSON.stringify({ input: texts.slice(start, start + CHUNK), encoding_format: 'base64' }),
			});
			const { data } = await answer.json();
			vectors.push(...data.map(({ embedding }) => floats(embedding)));
		}
		return vectors;
	} finally {
		await host.stop();
	}
}

/** Of unit vectors. */
function cosine(a, b) {
	return a.reduce((sum, number, i) => sum + number * b[i], 0);
}

/** The first model as the host says it is; undefined while there is no host. */
async function modelStatus() {
	return (await askHost('GET', '/status').catch(() => null))?.models[0];
}

/** Waits until the host is in the middle of the job. @returns its process id, and how many of the job's texts it has done */
async function busyHost(entriesBefore) {
	let done = 0;
	const isBusy = async () => {
		const model = await modelStatus();
		done = (model?.cache.entries ?? 0) - entriesBefore;
		return done >= CHUNK && model.queue.texts > 0;
	};
	expect(await until(isBusy, WITHIN_MS)).toBe(true);
	return { pid: hostPid(state.socket), done };
}

test.each(['SIGKILL', 'SIGTERM'])(
	`a workflow of ${TEXTS} items whose host gets %s in the middle ends complete, with the right vectors`,
	{ timeout: 400_000 },
	async (name) => {
		const path = `lost-${name.toLowerCase()}`;
		const js = `return Array.from({ length: ${TEXTS} }, (_, i) => ({ json: { id: i, text: '${name} ' + i + ': where is my parcel? '.repeat(1 + i % 4) } }));`;
		const options = { numberFormat: 'base64' };
		await publish(await makeWorkflow(`e2e: ${name}`, [webhook(path), code(js), embed({ options })]));
		const entriesBefore = (await modelStatus())?.cache.entries ?? 0;
		let hasEnded = false;
		const run = callWebhook(path, {}).finally(() => (hasEnded = true));
		run.catch(() => {});

		const { pid, done } = await busyHost(entriesBefore);
		expect(signal(pid, name)).toBe(true);
		expect(await until(() => !isAlive(pid), WITHIN_MS)).toBe(true);
		expect([hasEnded, done < TEXTS]).toEqual([false, true]);

		const { status, body } = await run;
		expect(status).toBe(200);
		expect(body.map(({ id }) => id)).toEqual(Array.from({ length: TEXTS }, (_, i) => i));
		const next = hostPid(state.socket);
		expect([next === pid, isAlive(next)]).toEqual([false, true]);
		const expected = await independentVectors(body.map(({ text }) => text));
		const lowest = body.reduce((least, { embedding }, i) => Math.min(least, cosine(floats(embedding), expected[i])), 1);
		expect(lowest).toBeGreaterThan(0.9999);
		console.log(`${name} after ${done} of ${TEXTS} texts: host ${pid} → ${next}, lowest cosine ${lowest}`);
	},
);
