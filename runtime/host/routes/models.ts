import type { FastifyInstance } from 'fastify';

import { EmbedError } from '../../base/errors';
import type { EmbeddingProvider, ModelInfo } from '../../base/provider';
import { COUNT, listOf, objectOf, orNull, TEXT } from '../openapi/json-schema';
import type { Operation } from '../openapi/operation';

const MODEL_SCHEMA = objectOf<ReturnType<typeof toEntry>>({
	id: TEXT,
	object: { const: 'model' },
	created: COUNT,
	owned_by: TEXT,
	dimensions: { ...orNull(COUNT), description: 'Numbers in a full vector; null until it is known.' },
	max_tokens: orNull(COUNT),
	takes_instruction: { type: 'boolean' },
});

/** Of every address with a model’s id in it. */
export const ID = { id: 'The model’s id; a slash in it may be encoded or not.' };

const LIST: Operation = {
	id: 'listModels',
	summary: 'The models served, the default first. Wakes none.',
	answers: {
		200: {
			description: 'OpenAI’s list of models.',
			name: 'ModelList',
			schema: {
				type: 'object',
				required: ['object', 'data'],
				properties: { object: { const: 'list' }, data: listOf(MODEL_SCHEMA) },
			},
		},
	},
};

const ONE: Operation = {
	id: 'getModel',
	summary: 'One of the models served. Wakes none.',
	path: '/v1/models/{id}',
	parameters: ID,
	answers: { 200: { description: 'The model.', name: 'Model', schema: MODEL_SCHEMA } },
	errors: ['model_not_found', 'not_found'],
};

/** OpenAI’s model list with what a client needs to know of an embedding model; wakes none. */
export function modelsRoutes(server: FastifyInstance, provider: EmbeddingProvider): void {
	server.get('/v1/models', { config: { operation: LIST } }, async () => ({
		object: 'list',
		data: (await provider.models()).map(toEntry),
	}));
	// A wildcard: ids contain a slash, and not every client encodes it.
	server.get<{ Params: { '*': string } }>('/v1/models/*', { config: { operation: ONE } }, async ({ params }) => {
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
