import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import type { ModelInfo } from '../../runtime';
import { openEngine } from './engine';

/** Models of the chosen engine for the *Model* field. Asking wakes none. */
export async function listModels(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const engine = String(this.getNodeParameter('engine', 'builtIn'));
	const provider = await openEngine(this, engine);
	try {
		const wanted = filter.toLowerCase();
		const models = (await provider.models()).filter(({ id }) => id.toLowerCase().includes(wanted));
		return { results: models.map((model) => ({ name: describe(model), value: model.id })) };
	} finally {
		await provider.close();
	}
}

function describe({ id, dimensions, maxTokens }: ModelInfo): string {
	const facts = [dimensions && `${dimensions} numbers`, maxTokens && `up to ${maxTokens} tokens`].filter(Boolean);
	return facts.length > 0 ? `${id} (${facts.join(', ')})` : id;
}
