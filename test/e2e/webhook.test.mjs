import { existsSync, readFileSync } from 'node:fs';

import { beforeAll, describe, expect, test } from 'vitest';

import { hostPid } from '../../scripts/lib/n8n-processes.mjs';
import { askHost, floats, vectorsOf } from './support/host.mjs';
import { callWebhook, endOf, makeWorkflow, publish, rest, state } from './support/n8n.mjs';
import { embed, splitTexts, webhook } from './support/nodes.mjs';

const GOLDEN = new URL('../../../shared/models/all-MiniLM-L6-v2/golden.json', import.meta.url);
const TEXTS = [
	'Where is my parcel?',
	'The invoice is wrong.',
	'Where is my parcel?',
	'Das Paket ist nicht da. 📦',
	'a'.repeat(4000),
];

let workflowId;

beforeAll(async () => {
	workflowId = await makeWorkflow('e2e: webhook', [webhook('vectors'), splitTexts(), embed()]);
	await publish(workflowId);
});

async function embedded(texts) {
	const { status, body } = await callWebhook('vectors', { texts });
	expect(status).toBe(200);
	return body;
}

test('the vectors are the host’s own, bit for bit, in the order of the items', async () => {
	const items = await embedded(TEXTS);
	expect(items.map(({ text }) => text)).toEqual(TEXTS);
	expect(items.map(({ embedding }) => embedding)).toEqual(await vectorsOf(TEXTS));
});

test('each item is paired with the one it came from', async () => {
	await embedded(TEXTS);
	const { results } = await rest(
		'GET',
		`/rest/executions?filter=${encodeURIComponent(JSON.stringify({ workflowId }))}&limit=1`,
	);
	const output = (await endOf(results[0].id)).outputOf('Embed');
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual(TEXTS.map((_, item) => ({ item })));
});

test('calls at the same time and one after the other share one host process', async () => {
	await embedded(['first']);
	const pid = hostPid(state.socket);
	await Promise.all(['a', 'b', 'c', 'd'].map((text) => embedded([text])));
	expect((await askHost('GET', '/status')).pid).toBe(pid);
	expect(hostPid(state.socket)).toBe(pid);
});

describe.skipIf(!existsSync(GOLDEN))('golden vectors', () => {
	test('agree with the original model', async () => {
		const golden = JSON.parse(readFileSync(GOLDEN, 'utf8'));
		const different = new Set(golden.known_differences.map(({ index }) => index));
		const all = floats(golden.vectors);
		const rows = golden.texts
			.map((text, row) => ({ text, row }))
			// Blank texts are refused, and the words of special tokens are read as text, which the reference does not.
			.filter(({ text, row }) => text.trim() !== '' && !text.includes('[CLS]') && !different.has(row));
		const items = await embedded(rows.map(({ text }) => text));
		const cosines = items.map(({ embedding }, i) => {
			const start = rows[i].row * golden.dimensions;
			return dot(embedding, all.slice(start, start + golden.dimensions));
		});
		expect(cosines.length).toBeGreaterThan(60);
		console.log(`lowest cosine of ${cosines.length} texts to the reference: ${Math.min(...cosines)}`);
		expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.997);
	});
});

function dot(a, b) {
	return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

test('the node’s options reach the answer', async () => {
	const options = { outputField: 'vector', dimensions: 64, numberFormat: 'base64', addDetails: true };
	await publish(
		await makeWorkflow('e2e: options', [webhook('options'), splitTexts(), embed({ role: 'query', options })]),
	);
	const { body } = await callWebhook('options', { texts: ['Where is my parcel?'] });
	const [expected] = await vectorsOf(['Where is my parcel?'], { dimensions: 64, input_type: 'query' });
	expect(floats(body[0].vector)).toEqual(expected);
	expect(body[0].vectorDetails).toMatchObject({ model: 'all-MiniLM-L6-v2', dimensions: 64 });
});
