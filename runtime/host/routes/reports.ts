import type { FastifyInstance } from 'fastify';

import type { EmbeddingProvider } from '../../base/provider';

/** `/health` and `/status`: neither wakes a model nor keeps one awake. */
export function reportRoutes(
	server: FastifyInstance,
	provider: EmbeddingProvider,
	isAllowed: (authorization?: string) => boolean,
): void {
	server.get('/health', { config: { open: true } }, async (request, reply) => {
		const health = await provider.health();
		reply.code(health.status === 'ok' ? 200 : 503);
		// A container’s health check has no key: it learns the state and nothing else.
		return isAllowed(request.headers.authorization) ? health : { status: health.status };
	});
	server.get('/status', async () => provider.status());
}
