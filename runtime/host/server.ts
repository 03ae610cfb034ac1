import { fastify, type FastifyInstance } from 'fastify';

import type { Clock } from '../base/clock';
import { EmbedError, toEmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EmbeddingProvider } from '../base/provider';
import { apiKeyCheck } from './api-key';
import { BrokenRequests } from './broken-request';
import { refusePages, requireHost } from './caller-guard';
import { CONNECTION_LIMITS, nodeServerOptions, type ConnectionLimits } from './connection-limits';
import type { Drain } from './drain';
import { sendError } from './error-reply';
import { acceptJsonOnly } from './json-body';
import { collectRoutes } from './openapi/operation';
import { swallowBody } from './swallow-body';
import { guardWork } from './work-gate';
import { drainRoute } from './routes/drain';
import { embeddingsRoute } from './routes/embeddings';
import { loadRoutes } from './routes/load';
import { modelsRoutes } from './routes/models';
import { openApiRoute } from './routes/openapi';
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
	/** Only programs reach it, as on a private socket, and no browser. Default false. */
	readonly isPrivate?: boolean;
	/** Of the package, for the API’s description. */
	readonly version: string;
	/** Default {@link CONNECTION_LIMITS}. */
	readonly limits?: ConnectionLimits;
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
	{ apiKey, isPrivate = false, version, limits = CONNECTION_LIMITS, clock, logger, drain, onWork }: ServerOptions,
): FastifyInstance {
	const broken = new BrokenRequests();
	const server = fastify({
		bodyLimit: BODY_LIMIT_BYTES,
		forceCloseConnections: 'idle',
		// Whoever comes while it closes is told so by us, in the words that clients know.
		return503OnClosing: false,
		requestTimeout: limits.requestTimeoutMs,
		keepAliveTimeout: limits.keepAliveTimeoutMs,
		http: nodeServerOptions(limits),
		clientErrorHandler: broken.onClientError,
		// What Fastify refuses before any route is found, an address that cannot be decoded for instance.
		frameworkErrors: (error, _request, reply) => void sendError(reply, error),
		// A wrong type is refused, never made to fit.
		ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
	});
	acceptJsonOnly(server);
	broken.watch(server);
	const checkKey = apiKeyCheck(apiKey);
	server.addHook('onRequest', async (request) => {
		requireHost(request.raw);
		if (apiKey === null && !isPrivate) refusePages(request.headers);
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
	const routes = collectRoutes(server);
	embeddingsRoute(server, provider, { clock, logger });
	modelsRoutes(server, provider);
	loadRoutes(server, provider);
	reportRoutes(server, provider, { drain, isAllowed: (authorization) => passes(checkKey, authorization) });
	drainRoute(server, drain);
	openApiRoute(server, routes, version);
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
