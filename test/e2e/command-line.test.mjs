import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { freePort } from '../../scripts/lib/n8n-server.mjs';
import { n8n, root } from './support/n8n.mjs';
import { manualWorkflow } from './support/workflows.mjs';

async function command(...args) {
	const env = { ...n8n.environment, N8N_RUNNERS_BROKER_PORT: String(await freePort()) };
	const options = { env, encoding: 'utf8', timeout: 100_000, maxBuffer: 2 ** 28 };
	return spawnSync(n8n.runtime.node, [n8n.runtime.command, ...args], options);
}

/** Imports a workflow and runs it with `n8n execute`. @returns what each node put out */
async function execute(workflow) {
	const file = join(n8n.home, `${workflow.id}.json`);
	writeFileSync(file, JSON.stringify([workflow]));
	expect((await command('import:workflow', `--input=${file}`)).status).toBe(0);
	const { status, stdout, stderr } = await command('execute', '--id', workflow.id, '--rawOutput');
	expect(status, stderr + stdout).toBe(0);
	return JSON.parse(stdout.slice(stdout.indexOf('\n{') + 1)).data.resultData.runData;
}

test('a workflow by n8n execute gives every item its vector', async () => {
	const texts = ['Where is my parcel?', 'My order has not arrived.', 'The app closes when I open the camera.'];
	const run = await execute(manualWorkflow('embedbycommand01', texts));
	const items = run.Embed[0].data.main[0];
	expect(items.map(({ json }) => json.text)).toEqual(texts);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	const vectors = items.map(({ json }) => json.embedding);
	const cosine = (a, b) => vectors[a].reduce((sum, value, i) => sum + value * vectors[b][i], 0);
	expect(cosine(0, 0)).toBeCloseTo(1, 5);
	expect(cosine(0, 1)).toBeGreaterThan(cosine(0, 2) + 0.2);
});

test.each(readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.json')))(
	'the example %s runs, and a note explains it',
	async (name) => {
		const example = JSON.parse(readFileSync(join(root, 'examples', name), 'utf8'));
		expect(example.nodes.map(({ type }) => type)).toContain('n8n-nodes-base.stickyNote');
		const run = await execute({ id: 'embedexample0001', ...example });
		const vectors = run.Embed[0].data.main[0].map(({ json }) => json.embedding);
		expect(vectors.map((vector) => vector.length)).toEqual([384, 384, 384, 384, 384, 384]);
		expect(run.Embed[0].hints[0].message).toContain('6 texts embedded by all-MiniLM-L6-v2');
	},
);
