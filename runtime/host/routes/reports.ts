import type { FastifyInstance } from 'fastify';

import type { EmbeddingProvider } from '../../base/provider';
import type { Operation, OperationAnswer } from '../openapi/operation';
import { HEALTH_SCHEMA, STATUS_SCHEMA } from '../openapi/report-schemas';

const health = (description: string): OperationAnswer => ({ description, name: 'Health', schema: HEALTH_SCHEMA });

const HEALTH: Operation = {
	id: 'getHealth',
	summary: 'Whether the host can embed. Needs no key; without it, the state is all it tells.',
	answers: { 200: health('It can.'), 503: health('It cannot; each model has its reason.') },
};

const STATUS: Operation = {
	id: 'getStatus',
	summary: 'What the host is doing: models, workers, queue, cache.',
	answers: { 200: { description: 'At this moment.', name: 'Status', schema: STATUS_SCHEMA } },
};

/** `/health` and `/status`: neither wakes a model nor keeps one awake. */
export function reportRoutes(
	server: FastifyInstance,
	provider: EmbeddingProvider,
	isAllowed: (authorization?: string) => boolean,
): void {
	server.get('/health', { config: { open: true, operation: HEALTH } }, async (request, reply) => {
		const health = await provider.health();
		reply.code(health.status === 'ok' ? 200 : 503);
		// A container’s health check has no key: it learns the state and nothing else.
		return isAllowed(request.headers.authorization) ? health : { status: health.status };
	});
	server.get('/status', { config: { operation: STATUS } }, async () => provider.status());
}
