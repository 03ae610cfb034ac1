import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { engineCredentials } from '../shared/engine';
import { listModels } from '../shared/list-models';
import { executeEmbed } from './execute';
import { embedProperties } from './properties';

export class Embed implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Embed',
		name: 'embed',
		icon: { light: 'file:../../icons/embed.svg', dark: 'file:../../icons/embed.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["role"] === "query" ? "Query" : "Document" }}',
		description: 'Turn texts into vectors with a model on this machine or on a server of yours',
		defaults: { name: 'Embed' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: engineCredentials,
		properties: embedProperties,
		codex: {
			// Without 'Root Nodes' the editor's search leaves out whatever is in the category AI.
			categories: ['AI', 'Core Nodes'],
			subcategories: { AI: ['Miscellaneous', 'Root Nodes'], 'Core Nodes': ['Data Transformation'] },
			alias: [
				'embedding',
				'embeddings',
				'vector',
				'semantic',
				'similarity',
				'Qwen3',
				'ONNX',
				'sentence',
				'text to vector',
			],
		},
	};

	methods = { listSearch: { listModels } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return executeEmbed(this);
	}
}
