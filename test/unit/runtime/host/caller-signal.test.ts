import { EventEmitter } from 'node:events';

import type { FastifyReply } from 'fastify';
import { expect, test } from 'vitest';

import { signalOfCaller } from '../../../../runtime/host/caller-signal';

function replyThat(writableFinished: boolean) {
	const raw = Object.assign(new EventEmitter(), { writableFinished });
	return { raw } as unknown as FastifyReply;
}

test('a caller who hangs up before the answer is sent aborts', () => {
	const reply = replyThat(false);
	const signal = signalOfCaller(reply);
	expect(signal.aborted).toBe(false);
	reply.raw.emit('close');
	expect(signal.aborted).toBe(true);
});

test('a connection that closes after the answer aborts nothing', () => {
	const reply = replyThat(true);
	const signal = signalOfCaller(reply);
	reply.raw.emit('close');
	expect(signal.aborted).toBe(false);
});
