import type { Socket } from 'node:net';

import type { FastifyReply } from 'fastify';

/** What to do when a connection closes: one listener a connection, however many requests are pipelined on it. */
const onClose = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `action` once, when the reply is over: sent whole, or its connection closed before that. A reply that waits
 * behind others on its connection never hears of the closing by itself, so the connection is watched too.
 */
export function whenOver(reply: FastifyReply, action: (sent: boolean) => void): void {
	const { raw } = reply;
	const { socket } = reply.request.raw;
	if (raw.destroyed || socket.destroyed) return action(false);
	const actions = actionsOf(socket);
	const over = () => {
		raw.off('close', over);
		actions.delete(over);
		action(raw.writableFinished);
	};
	raw.once('close', over);
	actions.add(over);
}

/** Aborts when the caller hangs up before the answer is sent. */
export function signalOfCaller(reply: FastifyReply): AbortSignal {
	const controller = new AbortController();
	whenOver(reply, (sent) => {
		if (!sent) controller.abort();
	});
	return controller.signal;
}

function actionsOf(socket: Socket): Set<() => void> {
	const known = onClose.get(socket);
	if (known) return known;
	const actions = new Set<() => void>();
	onClose.set(socket, actions);
	socket.once('close', () => {
		for (const over of [...actions]) over();
	});
	return actions;
}
