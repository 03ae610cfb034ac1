import { describe, expect, test, vi } from 'vitest';

import { silentLogger } from '../../../../runtime/base/logger';
import { MAX_STALL_MS } from '../../../../runtime/host/send-answer';
import { RawCaller } from '../../../support/raw-caller';
import { testServer } from '../../../support/server';

/** 22 MB in base64: more than the system takes on a connection that nobody reads. */
const LARGE = {
	input: Array.from({ length: 2_000 }, (_, i) => `text ${i}`),
	dimensions: 2_048,
	encoding_format: 'base64',
};

interface Read {
	readonly data: readonly { readonly embedding: string }[];
}

async function setUp() {
	const info = vi.fn();
	const test = testServer(null, { ...silentLogger, info });
	return { ...test, info, caller: await RawCaller.of(test.server) };
}

/** Until the answer waits for its reader. */
async function stalled({ work, clock }: Awaited<ReturnType<typeof setUp>>, answers = 1) {
	await vi.waitUntil(() => clock.timers === answers && work.count === answers);
}

describe('a small answer', () => {
	test('is sent whole and with its length, and leaves no timer', async () => {
		const { embed, clock } = testServer();
		const { headers, body } = await embed({ input: ['a', 'b'] });
		expect(headers).toMatchObject({
			'content-type': 'application/json; charset=utf-8',
			'content-length': String(Buffer.byteLength(body)),
		});
		expect(clock.timers).toBe(0);
	});
});

describe('a large answer', () => {
	test('is sent in pieces, as JSON and with the same headers, and leaves no timer', async () => {
		const { embed, clock } = testServer();
		const reply = await embed({ ...LARGE, dimensions: 256 });
		expect(reply.headers).toMatchObject({
			'content-type': 'application/json; charset=utf-8',
			'x-total-time-ms': '13.76',
		});
		expect(reply.headers['content-length']).toBeUndefined();
		expect(reply.json<Read>().data).toHaveLength(LARGE.input.length);
		expect(clock.timers).toBe(0);
	});

	test('lets others be answered while it is read by nobody', async () => {
		const set = await setUp();
		set.caller.post(LARGE);
		await stalled(set);
		expect((await set.embed({ input: 'b' })).statusCode).toBe(200);
	});

	test('is over when its reader hangs up', async () => {
		const set = await setUp();
		set.caller.post(LARGE);
		await stalled(set);
		set.caller.hangUp();
		await vi.waitUntil(() => set.work.count === 2);
		expect(set.clock.timers).toBe(0);
		expect(set.info).not.toHaveBeenCalled();
	});
});

describe('a reader who takes nothing', () => {
	test('is cut off after the limit, which is said once', async () => {
		const set = await setUp();
		set.caller.post(LARGE);
		await stalled(set);
		set.clock.advance(MAX_STALL_MS - 1);
		expect(set.info).not.toHaveBeenCalled();
		set.clock.advance(1);
		await vi.waitUntil(() => set.work.count === 2);
		expect(set.info).toHaveBeenCalledExactlyOnceWith('a reader took nothing: connection cut', {
			waitedMs: MAX_STALL_MS,
		});
		expect(set.clock.timers).toBe(0);
	});

	test('may take his time if he takes something', async () => {
		const set = await setUp();
		set.caller.post(LARGE);
		await stalled(set);
		set.clock.advance(MAX_STALL_MS - 1);
		await set.caller.readUntil('"index":1500,');
		set.clock.advance(MAX_STALL_MS - 1);
		await set.caller.readUntil('"index":1999,');
		await set.caller.readUntil('\r\n0\r\n\r\n');
		expect(set.info).not.toHaveBeenCalled();
	});

	test('of an answer that is not due yet is not judged by it', async () => {
		const set = await setUp();
		set.caller.post(LARGE);
		await stalled(set);
		set.caller.post({ ...LARGE, dimensions: 512 });
		await stalled(set, 2);
		for (const index of [500, 1_000, 1_500]) {
			set.clock.advance(MAX_STALL_MS - 1);
			await set.caller.readUntil(`"index":${index},`);
		}
		await set.caller.readUntil('"index":1999,');
		await set.caller.readUntil('"index":1999,');
		await set.caller.readUntil('\r\n0\r\n\r\n');
		expect(set.info).not.toHaveBeenCalled();
	});
});
