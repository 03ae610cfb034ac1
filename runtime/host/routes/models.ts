import type { FastifyInstance } from 'fastify';

import { EmbedError } from '../../base/errors';
import type { EmbeddingProvider, ModelInfo } from '../../base/provider';

/** OpenAI’s model list with what a client needs to know of an embedding model; wakes none. */
export function modelsRoutes(server: FastifyInstance, provider: EmbeddingProvider): void {
	server.get('/v1/models', async () => ({ object: 'list', data: (await provider.models()).map(toEntry) }));
	// A wildcard: ids contain a slash, and not every client encodes it.
	server.get<{ Params: { '*': string } }>('/v1/models/*', async ({ params }) => {
		const id = params['*'];
		const found = (await provider.models()).find((model) => model.id === id);
		if (!found)
			throw new EmbedError('model_not_found', `No model named "${id}" is served here; GET /v1/models lists them`);
		return toEntry(found);
	});
}

function toEntry({ id, ownedBy, dimensions, maxTokens, takesInstruction }: ModelInfo) {
	return {
		id,
		object: 'model',
		created: 0,
		owned_by: ownedBy,
		dimensions,
		max_tokens: maxTokens,
		takes_instruction: takesInstruction,
	};
}
