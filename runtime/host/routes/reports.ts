import type { FastifyInstance } from 'fastify';

import type { EmbeddingProvider } from '../../base/provider';
import type { Drain } from '../drain';

export interface ReportOptions {
	readonly drain: Drain;
	readonly isAllowed: (authorization?: string) => boolean;
}

/** `/health` and `/status`: neither wakes a model nor keeps one awake, and both go on while the host drains. */
export function reportRoutes(
	server: FastifyInstance,
	provider: EmbeddingProvider,
	{ drain, isAllowed }: ReportOptions,
): void {
	server.get('/health', { config: { open: true } }, async (request, reply) => {
		const { status, models } = await provider.health();
		const { reason } = drain;
		const health = reason === null ? { status, models } : { status: 'draining', reason, models };
		reply.code(health.status === 'ok' ? 200 : 503);
		// A container’s health check has no key: it learns the state and nothing else.
		return isAllowed(request.headers.authorization) ? health : { status: health.status };
	});
	server.get('/status', async () => {
		const { reason, inFlight } = drain;
		return { ...(await provider.status()), ...(reason !== null && { draining: { reason, inFlight } }) };
	});
}
