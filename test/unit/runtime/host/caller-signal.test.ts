import { once } from 'node:events';

import { expect, test } from 'vitest';

import { gate } from '../../../support/async';
import { RawCaller } from '../../../support/raw-caller';
import { testServer } from '../../../support/server';

/** A server whose provider answers when the gate opens, and a caller on a connection of its own. */
async function slowServer() {
	const { server, provider, work } = testServer();
	const answer = gate();
	const asked = Array.from({ length: 20 }, gate);
	provider.onEmbed = () => {
		asked[provider.requests.length - 1]!.open();
		return answer.opened;
	};
	return { provider, work, answer, asked, server, caller: await RawCaller.of(server) };
}

const aborted = (signal: AbortSignal) => signal.aborted || once(signal, 'abort');

test('a caller who hangs up before the answer aborts', async () => {
	const { caller, provider, asked } = await slowServer();
	caller.post({ input: 'a' });
	await asked[0]!.opened;
	expect(provider.signals[0]!.aborted).toBe(false);
	caller.hangUp();
	await aborted(provider.signals[0]!);
});

test('one who closes only his own half has hung up too', async () => {
	const { caller, provider, asked } = await slowServer();
	caller.post({ input: 'a' });
	await asked[0]!.opened;
	caller.socket.end();
	await aborted(provider.signals[0]!);
});

test('every request of a pipeline is given up, and its work is over', async () => {
	const { caller, provider, asked, work } = await slowServer();
	for (let i = 0; i < asked.length; i++) caller.post({ input: `text ${i}` });
	await asked.at(-1)!.opened;
	expect(work.count).toBe(asked.length);
	caller.hangUp();
	await Promise.all(provider.signals.map(aborted));
	expect(provider.signals).toHaveLength(asked.length);
	expect(work.count).toBe(2 * asked.length);
});

test('one who leaves in the middle of a body has asked nothing', async () => {
	const { caller, server, provider, work, answer } = await slowServer();
	const begun = once(server.server, 'request');
	caller.postHalf({ input: 'x'.repeat(1_000) });
	await begun;
	caller.hangUp();
	await caller.closed;
	answer.open();
	const next = await RawCaller.of(server);
	next.post({ input: 'b' });
	await next.readUntil('total_tokens');
	expect(provider.requests).toEqual([{ inputs: ['b'] }]);
	expect(work.count).toBe(4);
});

test('a connection that serves on and closes later aborts nothing', async () => {
	const { caller, server, provider, work, answer } = await slowServer();
	answer.open();
	for (const input of ['a', 'b']) {
		caller.post({ input });
		await caller.readUntil(`"total_tokens"`);
	}
	const closed = once(server.server, 'connection').then(([socket]) => once(socket as NodeJS.EventEmitter, 'close'));
	const second = await RawCaller.of(server);
	second.post({ input: 'c' });
	await second.readUntil('"total_tokens"');
	second.hangUp();
	await closed;
	expect(provider.signals.map((signal) => signal.aborted)).toEqual([false, false, false]);
	expect(work.count).toBe(6);
});
