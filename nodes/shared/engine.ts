import type { IExecuteFunctions, ILoadOptionsFunctions, INodeProperties } from 'n8n-workflow';

import type { EmbeddingProvider } from '../../runtime';

/** Which engine embeds: the same two fields in every node of the package. */
export const engineProperties: INodeProperties[] = [
	{
		displayName: 'Engine',
		name: 'engine',
		type: 'options',
		noDataExpression: true,
		default: 'builtIn',
		options: [
			{
				name: 'Built-In',
				value: 'builtIn',
				description: 'A model on this machine: loaded when it is needed, unloaded when it is idle',
			},
			{
				name: 'Server',
				value: 'server',
				description: 'An embed host elsewhere, or any server that speaks the OpenAI embeddings API',
			},
		],
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		description:
			'Leave empty for the first model of the engine; the built-in engine starts with all-MiniLM-L6-v2 (English)',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Default model',
				typeOptions: {
					searchListMethod: 'listModels',
					searchable: true,
					// The editor would not even ask: it takes the credential of the engine Server for one that is always needed.
					skipCredentialsCheckInRLC: true,
				},
			},
			{ displayName: 'By Name', name: 'id', type: 'string', placeholder: 'Qwen/Qwen3-Embedding-0.6B' },
		],
	},
];

export const CREDENTIAL = 'embedServerApi';

export const engineCredentials = [
	{ name: CREDENTIAL, required: true, displayOptions: { show: { engine: ['server'] } } },
];

/** The provider that the node’s settings ask for; the caller closes it. */
export async function openEngine(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	engine: string,
): Promise<EmbeddingProvider> {
	// Loaded when a node runs: loading the package must stay cheap and cannot fail.
	const { openProvider } = await import('../../runtime/index.js');
	if (engine !== 'server') return openProvider({ engine: 'builtIn' });
	const { baseUrl, apiKey } = await context.getCredentials<{ baseUrl: string; apiKey?: string }>(CREDENTIAL);
	return openProvider({ engine: 'server', baseUrl, apiKey: apiKey ?? '' });
}
