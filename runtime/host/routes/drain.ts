import type { FastifyInstance } from 'fastify';

import type { Drain } from '../drain';

const BODY_SCHEMA = {
	type: 'object',
	properties: { reason: { type: 'string', minLength: 1, maxLength: 200 } },
} as const;

/**
 * `POST /drain`: what SIGTERM does, for whoever cannot send one. Answers at once; the host goes when everything is
 * answered. Asked again, it says how far it is.
 */
export function drainRoute(server: FastifyInstance, drain: Drain): void {
	server.post<{ Body?: { readonly reason?: string } }>('/drain', {
		config: { whileDraining: true, bodyOptional: true },
		schema: { body: BODY_SCHEMA },
		handler: async (request, reply) => {
			drain.begin(request.body?.reason ?? 'POST /drain');
			return reply.code(202).send({ status: 'draining', reason: drain.reason, inFlight: drain.inFlight });
		},
	});
}
