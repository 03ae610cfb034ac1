import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, onTestFinished, test } from 'vitest';

import { answers, refuses, scriptedServer, type Reply } from '../support/scripted-server';
import { FakeWaitingRoom } from '../support/waiting-room';
import { makeFolder, removeFolders } from './support/folders';
import { fromDist, isWindows } from './support/paths';
import { cleanEnvironment, expectNoProcessLeft, isAlive, untilGone } from './support/processes';

const { SharedHost } = fromDist<typeof import('../../runtime/client/shared-host')>('runtime/client/shared-host.js');
const { embedTexts } = fromDist<typeof import('../../runtime')>('runtime/index.js');

const sockets: string[] = [];

function clientOn(socket: string, room?: FakeWaitingRoom) {
	const client = new SharedHost(cleanEnvironment({ EMBED_SOCKET: socket }), room);
	onTestFinished(() => client.close());
	sockets.push(socket);
	return client;
}

afterEach(async () => {
	for (const claim of sockets.splice(0).map((socket) => `${socket}.pid`)) {
		if (!existsSync(claim)) continue;
		const pid = Number(readFileSync(claim, 'utf8'));
		if (isAlive(pid)) process.kill(pid, 'SIGTERM');
		await untilGone(pid);
	}
});
afterAll(async () => {
	await expectNoProcessLeft();
	removeFolders();
});

describe.skipIf(isWindows)('a host that is full', () => {
	test('is asked again when it says, and the job gets every vector', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const full = refuses(429, { 'retry-after': '2' });
		const { asked } = await scriptedServer([full, full, answers, full, answers], { socket, ours: true });
		const room = new FakeWaitingRoom();
		// Each too long to share a request, so that the server sees one text at a time.
		const texts = ['a', 'b'].map((letter) => letter.repeat(3_000_000));
		const { outcomes, fault } = await embedTexts(clientOn(socket, room), texts, {});
		expect([outcomes.map(({ ok }) => ok), fault]).toEqual([[true, true], null]);
		expect(asked.count).toBe(5);
		expect(room.waitsMs).toEqual([2_000, 2_000, 2_000]);
	});

	test('is not waited for by who has left', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const controller = new AbortController();
		const refuseAndLeave: Reply = (response) => {
			response.once('finish', () => controller.abort());
			refuses(429, { 'retry-after': '60' })(response);
		};
		const { asked } = await scriptedServer([refuseAndLeave], { socket, ours: true });
		const job = embedTexts(clientOn(socket), ['a'], {}, { signal: controller.signal });
		await expect(job).rejects.toMatchObject({ code: 'aborted' });
		expect(asked.count).toBe(1);
	});
});

test.skipIf(isWindows)('a host that is killed in the middle of a job costs it nothing', async () => {
	const client = clientOn(join(makeFolder(), 'host.sock'));
	const texts = Array.from({ length: 900 }, (_, i) => `Message number ${i} of a job that is cut in the middle`);
	let converted = 0;
	let killed = Promise.resolve(0);
	const killOnce = async () => {
		const { pid } = await client.status();
		process.kill(pid, 'SIGKILL');
		return pid;
	};
	const convert = (vector: Float32Array) => {
		if (++converted === 1) killed = killOnce();
		return vector;
	};
	const { outcomes, fault } = await embedTexts(client, texts, {}, { convert });
	expect(fault).toBeNull();
	expect(outcomes.filter(({ ok }) => ok)).toHaveLength(texts.length);
	expect((await client.status()).pid).not.toBe(await killed);
	const last = outcomes.at(-1)!;
	const again = await client.embed({ inputs: [texts.at(-1)!] });
	expect(last.ok && last.vector).toEqual(again.vectors[0]);
});
