import { describe, expect, onTestFinished, test } from 'vitest';

import { AnyServer } from '../../../../runtime/client/any-server';
import { refusalOf } from '../../../support/async';
import {
	answers,
	drains,
	hangsUp,
	refuses,
	resets,
	scriptedServer,
	type Reply,
} from '../../../support/scripted-server';
import { FakeWaitingRoom } from '../../../support/waiting-room';

async function clientOf(script: readonly Reply[]) {
	const server = await scriptedServer(script);
	const room = new FakeWaitingRoom();
	const client = new AnyServer({ address: { url: server.url }, room });
	onTestFinished(() => client.close());
	return { server, room, client, ask: (signal?: AbortSignal) => client.embed({ inputs: ['a'] }, signal && { signal }) };
}

test.each<[string, Reply[], number[]]>([
	['full', [refuses(429, { 'retry-after': '3' }), refuses(429), answers], [3_000, 1_000]],
	['not ready, and says when it is', [refuses(503, { 'retry-after': '90' }), answers], [90_000]],
	['not ready, and does not say when it is', [refuses(503), refuses(503), answers], [500, 1_000]],
	['hanging up in the middle of an answer', [hangsUp, hangsUp, answers], [500, 1_000]],
	['cutting the connection', [resets, resets, answers], [500, 1_000]],
	['draining, then gone, then new', [drains, drains, resets, refuses(502), answers], [1_000, 1_000, 500, 1_000]],
])('a server that is %s is asked again', async (_, script, waitsMs) => {
	const { server, room, ask } = await clientOf(script);
	expect((await ask()).vectors).toEqual([Float32Array.of(0.6, 0.8)]);
	expect(server.asked.count).toBe(script.length);
	expect(room.waitsMs).toEqual(waitsMs);
});

test.each([400, 401, 404, 413, 422, 500])('its refusal %i is final', async (status) => {
	const { server, room, ask } = await clientOf([refuses(status, { 'retry-after': '1' }), answers]);
	expect((await refusalOf(() => ask())).message).toContain('its words');
	expect([server.asked.count, room.waitsMs]).toEqual([1, []]);
});

describe('a server that is not there', () => {
	test('from the beginning is an error at once', async () => {
		const { server, room, ask } = await clientOf([answers]);
		await server.stop();
		expect((await refusalOf(() => ask())).message).toContain(server.url);
		expect(room.waitsMs).toEqual([]);
	});

	test('any more is waited for, but not for ever', async () => {
		const { server, room, ask } = await clientOf([answers]);
		await ask();
		await server.stop();
		expect((await refusalOf(() => ask())).code).toBe('host_unreachable');
		expect(room.waitsMs.length).toBeGreaterThan(3);
	});
});

test('a signal ends the wait for a full server', async () => {
	const controller = new AbortController();
	const { server, room, ask } = await clientOf([refuses(429, { 'retry-after': '60' })]);
	room.onPause = () => controller.abort();
	expect((await refusalOf(() => ask(controller.signal))).code).toBe('aborted');
	expect(server.asked.count).toBe(1);
});
