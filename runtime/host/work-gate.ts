import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { whenOver } from './caller-signal';
import type { Drain } from './drain';

declare module 'fastify' {
	interface FastifyContextConfig {
		/** A POST that is answered while the host drains, and is no work. */
		whileDraining?: boolean;
	}
}

/**
 * Every POST is work: it is taken, and counted until its answer is sent, or refused while the host drains. Looks at the
 * host go on to the end. Add it after the check of the key.
 * @param onWork called when a request was taken; what it returns is called when that is answered or given up
 */
export function guardWork(server: FastifyInstance, drain: Drain, onWork: () => () => void): void {
	/** Of each connection the last request that has come in: answers leave in that order. */
	const latest = new WeakMap<Socket, IncomingMessage>();
	server.addHook('onRequest', async (request, reply) => {
		latest.set(request.raw.socket, request.raw);
		if (request.method !== 'POST' || request.routeOptions.config.whileDraining === true) return;
		whenOver(reply, drain.enter());
		whenOver(reply, onWork());
	});
	// A connection that is kept open would bring the next request here. One on which another answer is to follow is not
	// closed before that: it was taken too.
	server.addHook('onSend', async ({ raw }, reply) => {
		if (drain.reason !== null && latest.get(raw.socket) === raw) reply.header('connection', 'close');
	});
	server.addHook('preClose', async () => drain.begin('the server is closing'));
}
