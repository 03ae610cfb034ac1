import { fastify, type FastifyInstance } from 'fastify';

import type { Clock } from '../base/clock';
import { EmbedError, toEmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EmbeddingProvider } from '../base/provider';
import { apiKeyCheck } from './api-key';
import { whenOver } from './caller-signal';
import { sendError } from './error-reply';
import { acceptJsonOnly } from './json-body';
import { swallowBody } from './swallow-body';
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
	/** Called when a request that does work has come in; what it returns is called when that is answered or given up. */
	readonly onWork: () => () => void;
}

const BODY_LIMIT_BYTES = 32 * 2 ** 20;

/** The HTTP face of any {@link EmbeddingProvider}: OpenAI’s wire, plus what an operator asks a host. */
export function buildServer(
	provider: EmbeddingProvider,
	{ apiKey, clock, logger, onWork }: ServerOptions,
): FastifyInstance {
	const server = fastify({
		bodyLimit: BODY_LIMIT_BYTES,
		forceCloseConnections: 'idle',
		// What Fastify refuses before any route is found, an address that cannot be decoded for instance.
		frameworkErrors: (error, _request, reply) => void sendError(reply, error),
		// A wrong type is refused, never made to fit.
		ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
	});
	acceptJsonOnly(server);
	closeConnectionsAtEnd(server);
	const checkKey = apiKeyCheck(apiKey);
	server.addHook('onRequest', async (request, reply) => {
		if (request.routeOptions.config.open !== true) checkKey(request.headers.authorization);
		if (request.method === 'POST') whenOver(reply, onWork());
	});
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
	reportRoutes(server, provider, (authorization) => passes(checkKey, authorization));
	return server;
}

/** A connection that is kept open after the last answer would keep the host from ending. */
function closeConnectionsAtEnd(server: FastifyInstance): void {
	let closing = false;
	server.addHook('preClose', async () => {
		closing = true;
	});
	server.addHook('onSend', async (_request, reply) => {
		if (closing) reply.header('connection', 'close');
	});
}

function passes(check: (authorization: string | undefined) => void, authorization?: string): boolean {
	try {
		check(authorization);
		return true;
	} catch {
		return false;
	}
}
