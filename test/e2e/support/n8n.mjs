// The n8n that scripts/e2e.mjs started for all test files, and its embed host.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Agent, request } from 'undici';

import { signIn } from '../../../scripts/lib/n8n-rest.mjs';

export const root = resolve(fileURLToPath(import.meta.url), '../../../..');

if (!process.env.EMBED_E2E_STATE) throw new Error('run these tests with: npm run test:e2e');
export const n8n = JSON.parse(readFileSync(process.env.EMBED_E2E_STATE, 'utf8'));
export const rest = await signIn(n8n.url);

/** Makes and publishes a workflow. @returns a function that posts texts to its webhook */
export async function publish(definition) {
	const { id, versionId } = await rest('POST', '/rest/workflows', definition);
	await rest('POST', `/rest/workflows/${id}/activate`, { versionId });
	await until(async () => (await rest('GET', `/rest/workflows/${id}/publication-status`)).status === 'published');
	return async (texts) => {
		const answer = await fetch(`${n8n.url}/webhook/${definition.name}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ texts }),
		});
		return { status: answer.status, items: await answer.json(), workflowId: id };
	};
}

/** The execution of a workflow that is in a state; waits for it. */
export async function executionOf(workflowId, wantedStatus) {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	let id;
	await until(async () => {
		const { results } = await rest('GET', `/rest/executions?filter=${filter}`);
		id = results.find(({ status }) => status === wantedStatus)?.id;
		return id !== undefined;
	});
	return id;
}

/** Asks the host that the nodes started, past n8n. */
export async function askHost(path, body) {
	const dispatcher = new Agent({ connect: { socketPath: n8n.socket } });
	try {
		const answer = await request(`http://localhost${path}`, {
			dispatcher,
			...(body && {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			}),
		});
		return await answer.body.json();
	} finally {
		await dispatcher.close();
	}
}

/** What the host itself answers for these texts. */
export async function vectorsOfHost(input, fields = {}) {
	return (await askHost('/v1/embeddings', { input, ...fields })).data.map(({ embedding }) => embedding);
}

export async function until(isTrue, timeoutMs = 60_000) {
	const end = performance.now() + timeoutMs;
	while (!(await isTrue())) {
		if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for: ${isTrue}`);
		await wait(50);
	}
}
