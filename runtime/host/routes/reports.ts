import type { FastifyInstance } from 'fastify';

import type { EmbeddingProvider } from '../../base/provider';
import type { Drain } from '../drain';
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
	server.get('/health', { config: { open: true, operation: HEALTH } }, async (request, reply) => {
		const { status, models } = await provider.health();
		const { reason } = drain;
		const health = reason === null ? { status, models } : { status: 'draining', reason, models };
		reply.code(health.status === 'ok' ? 200 : 503);
		// A container’s health check has no key: it learns the state and nothing else.
		return isAllowed(request.headers.authorization) ? health : { status: health.status };
	});
	server.get('/status', { config: { operation: STATUS } }, async () => {
		const { reason, inFlight } = drain;
		return { ...(await provider.status()), ...(reason !== null && { draining: { reason, inFlight } }) };
	});
}
