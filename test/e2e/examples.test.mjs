import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { endOf, rest, runByHand } from './support/n8n.mjs';

const folder = new URL('../../examples/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test.each(files)('%s imports and runs', async (file) => {
	const workflow = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
	const { id } = await rest('POST', '/rest/workflows', workflow);
	const trigger = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	const { status, error } = await endOf(await runByHand(id, trigger.name));
	expect(status, error?.message).toBe('success');
});

test('the support messages are matched by what they mean', async () => {
	const workflow = JSON.parse(readFileSync(new URL('embed-support-messages.json', folder), 'utf8'));
	const { id } = await rest('POST', '/rest/workflows', workflow);
	const { outputOf } = await endOf(await runByHand(id, 'When clicking ‘Execute workflow’'));
	const items = outputOf('Closest message').map(({ json }) => json);
	const numberOf = (message) => items.find((item) => item.message === message).number;
	expect(items.map(({ number, closest }) => [number, numberOf(closest)])).toEqual([
		[1, 4],
		[2, 6],
		[3, 5],
		[4, 1],
		[5, 3],
		[6, 2],
	]);
});
