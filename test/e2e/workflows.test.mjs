import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { askHost, executionOf, n8n, publish, rest, root, until, vectorsOfHost } from './support/n8n.mjs';
import { webhookWorkflow } from './support/workflows.mjs';

const TEXTS = [
	'Where is my parcel?',
	'My order has not arrived.',
	'Please send me the invoice.',
	'Where is my parcel?',
];
const GOLDEN = join(root, '../shared/models/all-MiniLM-L6-v2/golden.json');

describe('the package', () => {
	test('is loaded with its node, also as a tool, and its credential', async () => {
		const types = await rest('GET', '/types/nodes.json');
		const names = types.map(({ name }) => name).filter((name) => name.startsWith('n8n-nodes-embed.'));
		expect(names.sort()).toEqual(['n8n-nodes-embed.embed', 'n8n-nodes-embed.embedTool']);
		const credentials = await rest('GET', '/types/credentials.json');
		expect(credentials.map(({ name }) => name)).toContain('embedServerApi');
	});

	test('serves its icons for light and dark', async () => {
		const embed = (await rest('GET', '/types/nodes.json')).find(({ name }) => name === 'n8n-nodes-embed.embed');
		for (const icon of [embed.iconUrl.light, embed.iconUrl.dark]) {
			const { status, headers } = await fetch(`${n8n.url}/${icon}`);
			expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('image/svg+xml')]);
		}
	});

	test('lists the models of the built-in engine', async () => {
		const { results } = await rest('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
			path: 'parameters.model',
			nodeTypeAndVersion: { name: 'n8n-nodes-embed.embed', version: 1 },
			methodName: 'listModels',
			currentNodeParameters: { engine: 'builtIn' },
		});
		expect(results).toEqual([{ name: 'all-MiniLM-L6-v2 (384 numbers, up to 256 tokens)', value: 'all-MiniLM-L6-v2' }]);
	});
});

describe('a workflow by webhook', () => {
	test('gives the host’s vectors bit for bit, in order; all calls share one host', async () => {
		const post = await publish(webhookWorkflow('plain', {}));
		const { status, items } = await post(TEXTS);
		expect(status).toBe(200);
		expect(items.map(({ text }) => text)).toEqual(TEXTS);
		expect(items.map(({ embedding }) => embedding)).toEqual(await vectorsOfHost(TEXTS));
		const { pid } = await askHost('/status');
		await Promise.all([post(['a']), post(['b']), post(['c'])]);
		expect((await askHost('/status')).pid).toBe(pid);
	});

	test('takes the node’s options', async () => {
		const options = { dimensions: 64, outputField: 'vector', numberFormat: 'int8' };
		const post = await publish(webhookWorkflow('options', { options }));
		const { items } = await post(TEXTS);
		const wanted = await vectorsOfHost(TEXTS, { dimensions: 64, output_dtype: 'int8' });
		expect(items.map(({ vector }) => vector)).toEqual(wanted);
	});

	test.runIf(existsSync(GOLDEN))('is near to the reference vectors', async () => {
		const golden = JSON.parse(readFileSync(GOLDEN, 'utf8'));
		const bytes = Buffer.from(golden.vectors, 'base64');
		const reference = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
		const differs = new Set(golden.known_differences.map(({ index }) => index));
		const rows = golden.texts
			.map((text, row) => ({ text, row }))
			// The host reads the words of special tokens as text, which the reference does not.
			.filter(({ text, row }) => text.trim() !== '' && !text.includes('[CLS]') && !differs.has(row));
		const post = await publish(webhookWorkflow('golden', {}));
		const { items } = await post(rows.map(({ text }) => text));
		const cosines = items.map(({ embedding }, i) =>
			embedding.reduce((sum, value, d) => sum + value * reference[rows[i].row * golden.dimensions + d], 0),
		);
		console.log(`lowest cosine of ${cosines.length} texts to the reference: ${Math.min(...cosines).toFixed(5)}`);
		expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.997);
	});

	test('fails with the item’s number when a text is empty', async () => {
		const post = await publish(webhookWorkflow('strict', {}));
		const { status, workflowId } = await post(['good', '']);
		expect(status).toBe(500);
		const execution = await rest('GET', `/rest/executions/${await executionOf(workflowId, 'error')}`);
		expect(JSON.stringify(execution)).toContain('The text of item 1 is empty');
	});

	test('loses only the item at fault when it goes on', async () => {
		const post = await publish(webhookWorkflow('lenient', {}, { onError: 'continueRegularOutput' }));
		const { status, items } = await post([TEXTS[0], '', TEXTS[2]]);
		expect(status).toBe(200);
		expect(items[1].error).toBeDefined();
		expect([items[0].embedding, items[2].embedding]).toEqual(await vectorsOfHost([TEXTS[0], TEXTS[2]]));
	});

	test('ends promptly when it is stopped', async () => {
		const post = await publish(webhookWorkflow('long', {}, { responseMode: 'onReceived' }));
		const texts = Array.from({ length: 4_000 }, (_, i) => `A message of its own, number ${i}. `.repeat(20));
		const { workflowId } = await post(texts);
		const isBusy = async () => (await askHost('/status')).models[0].queue.texts > 0;
		await until(isBusy);
		const id = await executionOf(workflowId, 'running');
		await rest('POST', `/rest/executions/${id}/stop`);
		await until(async () => (await rest('GET', `/rest/executions/${id}`)).status === 'canceled');
		await until(async () => !(await isBusy()));
		expect((await askHost('/status')).models[0].cache.entries).toBeLessThan(texts.length);
	});
});
