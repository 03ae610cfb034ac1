import type { FastifyInstance } from 'fastify';

import type { Drain } from '../drain';
import { COUNT, objectOf, TEXT } from '../openapi/json-schema';
import type { Operation } from '../openapi/operation';

const BODY_SCHEMA = {
	type: 'object',
	properties: { reason: { type: 'string', minLength: 1, maxLength: 200 } },
} as const;

const DRAIN: Operation = {
	id: 'drain',
	summary:
		'Takes no more work, answers what was taken, then ends the host. Answers at once; asked again, it says how far it is.',
	isBodyOptional: true,
	answers: {
		202: {
			description: 'It drains.',
			name: 'Draining',
			schema: objectOf({ status: { const: 'draining' }, reason: TEXT, inFlight: COUNT }),
		},
	},
};

/**
 * `POST /drain`: what SIGTERM does, for whoever cannot send one. Answers at once; the host goes when everything is
 * answered. Asked again, it says how far it is.
 */
export function drainRoute(server: FastifyInstance, drain: Drain): void {
	server.post<{ Body?: { readonly reason?: string } }>('/drain', {
		config: { whileDraining: true, bodyOptional: true, operation: DRAIN },
		schema: { body: BODY_SCHEMA },
		handler: async (request, reply) => {
			drain.begin(request.body?.reason ?? 'POST /drain');
			return reply.code(202).send({ status: 'draining', reason: drain.reason, inFlight: drain.inFlight });
		},
	});
}
