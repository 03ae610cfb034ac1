import type { FastifyInstance } from 'fastify';

import { EmbedError } from '../../base/errors';
import type { EmbeddingProvider, LoadedState, LoadOptions, UnloadedState } from '../../base/provider';
import { IDLE_TIMEOUT_S } from '../idle-timeout';
import { COUNT, NUMBER, objectOf, orNull, TEXT } from '../openapi/json-schema';
import type { Operation } from '../openapi/operation';
import { STATE } from '../openapi/report-schemas';
import { ID } from './models';

interface LoadBody {
	readonly idle_timeout_s?: number;
}

const LOAD_SCHEMA = {
	type: 'object',
	properties: { idle_timeout_s: IDLE_TIMEOUT_S },
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
		'model_too_large',
		'memory_in_use',
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

/** Ours: `POST /v1/models/{id}/load` before texts come, and `…/unload`. */
export function loadRoutes(server: FastifyInstance, provider: EmbeddingProvider): void {
	// A wildcard, since ids contain slashes; it takes all there is to the end: what is to be done is the last part of it.
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
