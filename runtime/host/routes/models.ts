import type { FastifyInstance } from 'fastify';

import { EmbedError } from '../../base/errors';
import type { EmbeddingProvider, LoadedState, LoadOptions, ModelInfo, UnloadedState } from '../../base/provider';

interface LoadBody {
	readonly idle_timeout_s?: number;
}

const LOAD_SCHEMA = {
	type: 'object',
	properties: { idle_timeout_s: { type: 'number', minimum: 0, maximum: 31_536_000 } },
} as const;

/**
 * OpenAI’s model list with what a client needs to know of an embedding model, which wakes none; and ours to load one before
 * texts come, and to unload it.
 */
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
	// A wildcard again, which takes all there is to the end: what is to be done is the last part of it.
	server.post<{ Params: { '*': string }; Body: LoadBody }>('/v1/models/*', {
		config: { bodyOptional: true },
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
