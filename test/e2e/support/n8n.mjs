// The running n8n, as `npm run test:e2e` set it up.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { until } from '../../../scripts/lib/n8n-processes.mjs';
import { signIn } from '../../../scripts/lib/n8n-rest.mjs';
import { freePort } from '../../../scripts/lib/n8n-server.mjs';

if (!process.env.EMBED_E2E_STATE) throw new Error('These tests need a running n8n; start them with `npm run test:e2e`');
export const state = JSON.parse(readFileSync(process.env.EMBED_E2E_STATE, 'utf8'));
export const rest = await signIn(state.url);

const FINAL = ['success', 'error', 'canceled', 'crashed'];
const WITHIN_MS = 90_000;

/** Makes a workflow whose nodes are wired one after the other. @returns its id */
export async function makeWorkflow(name, nodes) {
	const connections = {};
	nodes
		.slice(1)
		.forEach((node, i) => (connections[nodes[i].name] = { main: [[{ node: node.name, type: 'main', index: 0 }]] }));
	const { id } = await rest('POST', '/rest/workflows', {
		name,
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
	});
	return id;
}

/** As the button in the editor does. @returns the execution's id */
export async function runByHand(workflowId, trigger) {
	return (await rest('POST', `/rest/workflows/${workflowId}/run`, { triggerToStartFrom: { name: trigger } }))
		.executionId;
}

let publicKey = null;

/** Waits until the execution has ended. @returns {status, error, outputOf(node)} */
export async function endOf(executionId) {
	publicKey ??= (
		await rest('POST', '/rest/api-keys', { label: crypto.randomUUID(), scopes: ['execution:read'], expiresAt: null })
	).rawApiKey;
	let execution;
	const hasEnded = async () => {
		const answer = await fetch(`${state.url}/api/v1/executions/${executionId}?includeData=true`, {
			headers: { 'X-N8N-API-KEY': publicKey },
		});
		execution = await answer.json();
		return FINAL.includes(execution.status);
	};
	if (!(await until(hasEnded, WITHIN_MS)))
		throw new Error(`Execution ${executionId} has not ended: ${execution.status}`);
	const { error, runData } = execution.data?.resultData ?? {};
	return { status: execution.status, error, outputOf: (node) => runData[node][0].data.main[0] };
}

/** Makes the workflow's webhook answer. Activation goes on after its answer. */
export async function publish(workflowId) {
	const { versionId } = await rest('GET', `/rest/workflows/${workflowId}`);
	await rest('POST', `/rest/workflows/${workflowId}/activate`, { versionId });
	const isPublished = async () =>
		(await rest('GET', `/rest/workflows/${workflowId}/publication-status`)).status === 'published';
	if (!(await until(isPublished, WITHIN_MS))) throw new Error(`Workflow ${workflowId} was not published`);
}

export async function callWebhook(path, body) {
	const headers = { 'content-type': 'application/json' };
	const answer = await fetch(`${state.url}/webhook/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
	return { status: answer.status, body: await answer.json() };
}

/** n8n's own command line, on the same data. */
export async function n8nCommand(args) {
	const environment = { ...state.environment, N8N_RUNNERS_BROKER_PORT: String(await freePort()) };
	const child = spawn(state.runtime.node, [state.runtime.command, ...args], {
		env: environment,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const text = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (chunk) => (text[name] += chunk));
	const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
	return { code, ...text };
}
