import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { until } from './support/processes';
import { expectNear } from './support/vectors';

/** As many texts as a request may have, few of them different: the answers come from the cache. */
const TEXTS = Array.from({ length: 2_048 }, (_, i) => `text ${i % 40}`);
/** Of plain numbers: the longest answers there are. */
const BODY = JSON.stringify({ input: TEXTS });
const READERS = 30;

afterAll(cleanUp);

/** A caller who asks for a large answer and reads nothing of it. */
function ask(host: EmbedHost): Socket {
	const socket = connect(host.listening);
	socket.on('error', () => {});
	socket.write(
		`POST /v1/embeddings HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
	);
	return socket;
}

function residentBytes(pid: number): number {
	return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

// Only Linux tells another process’s memory.
test.skipIf(process.platform !== 'linux')(
	'readers who read nothing cost a little memory each, keep nobody waiting, and are gone when they hang up',
	async (context) => {
		// It leaves as soon as no request is open and no model loaded: that is how a reader who is gone is seen.
		// A private socket, where the system holds little of what nobody reads.
		const socket = join(makeFolder(), 'host.sock');
		const host = await EmbedHost.start(['--socket', socket, '--idle-timeout-s', '1', '--exit-after-idle-s', '5']);
		const expected = await host.embed(TEXTS.slice(0, 40));
		const { body } = await host.post({ input: TEXTS });
		const answerBytes = JSON.stringify(body).length;
		expect(answerBytes).toBeGreaterThan(8_000_000);

		const before = residentBytes(host.pid);
		const readers = Array.from({ length: READERS }, () => ask(host));
		// Their first bytes lie there, to be read.
		await Promise.all(readers.map((reader) => once(reader, 'readable')));
		const largest = await watch(() => residentBytes(host.pid), 3_000);
		expect(largest - before).toBeLessThan((READERS * answerBytes) / 2);

		await expectNear(context, await host.embed(TEXTS.slice(0, 40)), expected, 0.999999);
		await expectNear(context, await host.embed(['a text that is new']), await host.embed(['a text that is new']), 0.99);
		await until('the model is unloaded', async () => (await host.model()).state === 'cold');
		// Longer than the host would stay if nothing were open.
		await watch(() => 0, 6_000);
		expect((await host.status()).pid).toBe(host.pid);

		for (const reader of readers) reader.destroy();
		expect(await host.exited).toEqual({ code: 0, signal: null });
	},
);

/** The largest value within a time. */
async function watch(read: () => number, durationMs: number): Promise<number> {
	let largest = read();
	const end = Date.now() + durationMs;
	await until('the time is over', () => {
		largest = Math.max(largest, read());
		return Date.now() > end;
	});
	return largest;
}
