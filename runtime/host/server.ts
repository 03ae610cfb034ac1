import { fastify, type FastifyInstance } from 'fastify';

import type { Clock } from '../base/clock';
import { EmbedError, toEmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EmbeddingProvider } from '../base/provider';
import { apiKeyCheck } from './api-key';
import type { Drain } from './drain';
import { sendError } from './error-reply';
import { acceptJsonOnly } from './json-body';
import { swallowBody } from './swallow-body';
import { guardWork } from './work-gate';
import { drainRoute } from './routes/drain';
import { embeddingsRoute } from './routes/embeddings';
import { modelsRoutes } from './routes/models';
import { reportRoutes } from './routes/reports';

declare module 'fastify' {
	interface FastifyContextConfig {
		/** Answers without a key. */
		open?: boolean;
	}
}

export interface ServerOptions {
	/** Null: no key is asked for. */
	readonly apiKey: string | null;
	readonly clock: Clock;
	readonly logger: Logger;
	/** Whether work is taken; `POST /drain` begins it. */
	readonly drain: Drain;
	/** Called when a request that does work has come in; what it returns is called when that is answered or given up. */
	readonly onWork: () => () => void;
}

const BODY_LIMIT_BYTES = 32 * 2 ** 20;

/** The HTTP face of any {@link EmbeddingProvider}: OpenAI’s wire, plus what an operator asks a host. */
export function buildServer(
	provider: EmbeddingProvider,
	{ apiKey, clock, logger, drain, onWork }: ServerOptions,
): FastifyInstance {
	const server = fastify({
		bodyLimit: BODY_LIMIT_BYTES,
		forceCloseConnections: 'idle',
		// Whoever comes while it closes is told so by us, in the words that clients know.
		return503OnClosing: false,
		// What Fastify refuses before any route is found, an address that cannot be decoded for instance.
		frameworkErrors: (error, _request, reply) => void sendError(reply, error),
		// A wrong type is refused, never made to fit.
		ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
	});
	acceptJsonOnly(server);
	const checkKey = apiKeyCheck(apiKey);
	server.addHook('onRequest', async (request) => {
		if (request.routeOptions.config.open !== true) checkKey(request.headers.authorization);
	});
	guardWork(server, drain, onWork);
	server.setErrorHandler(async (error, request, reply) => {
		const { code, message, cause } = toEmbedError(error);
		if (code === 'internal' && cause instanceof Error && !('statusCode' in cause))
			logger.error('request failed', { error: message, stack: cause.stack });
		if (!request.raw.complete) await swallowBody(request.raw);
		return sendError(reply, error);
	});
	server.setNotFoundHandler((request, reply) =>
		sendError(reply, new EmbedError('not_found', `There is no ${request.method} ${request.url.split('?')[0]} here`)),
	);
	embeddingsRoute(server, provider, { clock, logger });
	modelsRoutes(server, provider);
	reportRoutes(server, provider, { drain, isAllowed: (authorization) => passes(checkKey, authorization) });
	drainRoute(server, drain);
	return server;
}

function passes(check: (authorization: string | undefined) => void, authorization?: string): boolean {
	try {
		check(authorization);
		return true;
	} catch {
		return false;
	}
}
