import { expect, test } from 'vitest';

import { rest, state } from './support/n8n.mjs';

const types = await rest('GET', '/types/nodes.json');
const embed = types.find(({ name }) => name === 'n8n-nodes-embed.embed');

test('n8n lists the Embed node', () => {
	expect(embed).toMatchObject({ displayName: 'Embed', usableAsTool: true });
});

test.each(['light', 'dark'])('n8n serves its %s icon', async (theme) => {
	const answer = await fetch(`${state.url}/${embed.iconUrl[theme]}`);
	expect(answer.status).toBe(200);
	expect(answer.headers.get('content-type')).toContain('image/svg+xml');
	expect(await answer.text()).toContain('<svg');
});

test('n8n shows its option Priority, with three choices', () => {
	const { options } = embed.properties.find(({ name }) => name === 'options');
	expect(options.find(({ name }) => name === 'priority')).toMatchObject({
		displayName: 'Priority',
		default: 'auto',
		options: [{ name: 'Automatic' }, { name: 'Bulk' }, { name: 'Interactive' }],
	});
});

test('n8n offers it to agents as a tool', () => {
	expect(types.map(({ name }) => name)).toContain('n8n-nodes-embed.embedTool');
});

test('n8n knows the credential, and that only the engine Server wants it', async () => {
	const credentials = await rest('GET', '/types/credentials.json');
	expect(credentials.find(({ name }) => name === 'embedServerApi')).toMatchObject({ displayName: 'Embed Server API' });
	expect(embed.credentials).toEqual([
		{ name: 'embedServerApi', required: true, displayOptions: { show: { engine: ['server'] } } },
	]);
});

test('the list of models is filled from the built-in engine', async () => {
	const { results } = await rest('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
		methodName: 'listModels',
		path: 'parameters.model',
		nodeTypeAndVersion: { name: 'n8n-nodes-embed.embed', version: 1 },
		currentNodeParameters: { engine: 'builtIn', model: { __rl: true, mode: 'list', value: '' } },
	});
	expect(results.map(({ value }) => value)).toEqual(['all-MiniLM-L6-v2']);
});
