import type { FastifyInstance } from 'fastify';

import { EmbedError } from '../../base/errors';
import type { EmbeddingProvider, LoadedState, LoadOptions, ModelInfo, UnloadedState } from '../../base/provider';
import { COUNT, listOf, NUMBER, objectOf, orNull, TEXT } from '../openapi/json-schema';
import type { Operation } from '../openapi/operation';
import { STATE } from '../openapi/report-schemas';

const MODEL_SCHEMA = objectOf<ReturnType<typeof toEntry>>({
	id: TEXT,
	object: { const: 'model' },
	created: COUNT,
	owned_by: TEXT,
	dimensions: { ...orNull(COUNT), description: 'Numbers in a full vector; null until it is known.' },
	max_tokens: orNull(COUNT),
	takes_instruction: { type: 'boolean' },
});

const ID = { id: 'The model’s id; a slash in it may be encoded or not.' };

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

interface LoadBody {
	readonly idle_timeout_s?: number;
}

const LOAD_SCHEMA = {
	type: 'object',
	properties: { idle_timeout_s: { type: 'number', minimum: 0, maximum: 31_536_000 } },
} as const;

const LOAD: Operation = {
	id: 'loadModel',
	summary: 'Loads a model before texts come; counts as use, so the idle timeout begins anew.',
	path: '/v1/models/{id}/load',
	parameters: ID,
	isBodyOptional: true,
	answers: {
		200: {
			description: 'It is loaded.',
			name: 'LoadedModel',
			schema: objectOf<ReturnType<typeof toLoaded>>({
				id: TEXT,
				object: { const: 'model' },
				state: STATE,
				was_loaded: { type: 'boolean' },
				load_s: { ...orNull(NUMBER), description: 'How long its last load took.' },
			}),
		},
	},
	errors: [
		'model_not_found',
		'not_found',
		'model_load_failed',
		'model_unclear',
		'model_unavailable',
		'native_library_missing',
		'out_of_memory',
		'worker_died',
		'shutting_down',
	],
};

const UNLOAD: Operation = {
	id: 'unloadModel',
	summary: 'Ends the workers of a model that nobody uses, and gives their memory back.',
	path: '/v1/models/{id}/unload',
	parameters: ID,
	isBodyOptional: true,
	answers: {
		200: {
			description: 'It is unloaded.',
			name: 'UnloadedModel',
			schema: objectOf<ReturnType<typeof toUnloaded>>({
				id: TEXT,
				object: { const: 'model' },
				state: STATE,
				ended_workers: COUNT,
			}),
		},
	},
	errors: ['model_not_found', 'not_found', 'model_in_use', 'shutting_down'],
};

/**
 * OpenAI’s model list with what a client needs to know of an embedding model, which wakes none; and ours to load one before
 * texts come, and to unload it.
 */
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
	// A wildcard again, which takes all there is to the end: what is to be done is the last part of it.
	server.post<{ Params: { '*': string }; Body: LoadBody }>('/v1/models/*', {
		config: { bodyOptional: true, operation: [LOAD, UNLOAD] },
		schema: { body: LOAD_SCHEMA },
		handler: async ({ params, body, method, url }) => {
			const [, id, action] = /^(.+)\/(load|unload)$/.exec(params['*']) ?? [];
			if (id === undefined) throw new EmbedError('not_found', `There is no ${method} ${url.split('?')[0]} here`);
			return action === 'load'
				? toLoaded(await provider.load(id, wishOf(body)))
				: toUnloaded(await provider.unload(id));
		},
	});
}

function wishOf({ idle_timeout_s }: LoadBody): LoadOptions {
	return idle_timeout_s === undefined ? {} : { idleTimeoutMs: idle_timeout_s * 1000 };
}

function toLoaded({ id, state, wasLoaded, loadS }: LoadedState) {
	return { id, object: 'model', state, was_loaded: wasLoaded, load_s: loadS };
}

function toUnloaded({ id, state, endedWorkers }: UnloadedState) {
	return { id, object: 'model', state, ended_workers: endedWorkers };
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
