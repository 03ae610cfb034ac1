import { readdirSync, readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { serveAs } from './support/models';
import { builtinFolder } from './support/paths';
import { isAlive, until, untilGone } from './support/processes';
import { expectNear } from './support/vectors';

/** Enough work that a worker is busy with it for a good while. */
const TEXTS = Array.from({ length: 120 }, (_, i) => `${i} the night shift begins at ten `.repeat(1 + (i % 9)));

afterAll(cleanUp);

describe('a worker', () => {
	test('starts on demand and serves later requests', async () => {
		const host = await EmbedHost.start([]);
		expect(await host.model()).toMatchObject({ state: 'cold', workers: [] });
		await host.send('GET', '/health');
		await host.send('GET', '/v1/models');
		expect(await host.worker()).toBeUndefined();
		await host.embed('a');
		const worker = await host.worker();
		expect(isAlive(worker!)).toBe(true);
		if (process.platform === 'linux') expect(readFileSync(`/proc/${worker}/oom_score_adj`, 'utf8').trim()).toBe('500');
		await host.embed('b');
		expect(await host.model()).toMatchObject({ state: 'ready', workers: [{ pid: worker }] });
	});

	test('sends nothing to anybody and leaves no file behind', async () => {
		const [temporary, home] = [makeFolder(), makeFolder()];
		const host = await EmbedHost.start([], { environment: { TMPDIR: temporary, HOME: home, XDG_CACHE_HOME: home } });
		await host.embed('a');
		await host.stop();
		// The native library’s telemetry keeps its letters, its log and the device’s name in such places.
		expect([...readdirSync(temporary), ...readdirSync(home)]).toEqual([]);
	});

	test('is one, however many requests come first', async () => {
		const host = await EmbedHost.start(['--log-level', 'info']);
		await Promise.all(TEXTS.slice(0, 20).map((text) => host.embed(text)));
		expect(host.log.match(/"to":"loading"/g)).toHaveLength(1);
	});

	test('ends after the idle timeout; the cache answers without waking it, a new text wakes another', async () => {
		const host = await EmbedHost.start(['--idle-timeout-s', '0.5']);
		await host.embed('a');
		const worker = await host.worker();
		if (worker !== undefined) await untilGone(worker);
		await until('the model is cold', async () => (await host.model()).state === 'cold');
		const { body } = await host.post({ input: 'a' });
		expect(body.data[0]!.cached).toBe(true);
		expect(await host.model()).toMatchObject({ state: 'cold', reason: 'idle', workers: [] });
		expect(await host.embed('b')).toHaveLength(1);
	});

	test('stays for the longest wish of any request', async () => {
		const host = await EmbedHost.start([
			...serveAs({ wanted: builtinFolder, other: builtinFolder }),
			'--idle-timeout-s',
			'0.3',
		]);
		await host.embed('a', { model: 'wanted', idle_timeout_s: 600 });
		const worker = await host.worker('wanted');
		await host.embed('b', { model: 'wanted', idle_timeout_s: 0 });
		await host.embed('c', { model: 'wanted' });
		await host.embed('d', { model: 'other' });
		await until('the other model is unloaded', async () => (await host.worker('other')) === undefined);
		expect(await host.worker('wanted')).toBe(worker);
		expect((await host.model('wanted')).unloadInS).toBeGreaterThan(300);
	});

	test('ends at once with idle timeout 0', async () => {
		const host = await EmbedHost.start(['--idle-timeout-s', '0']);
		await host.embed('a');
		await until('the model is cold', async () => (await host.model()).state === 'cold');
		expect(await host.embed('b')).toHaveLength(1);
	});
});

describe('a worker that is killed', () => {
	let host: EmbedHost;
	let expected: Float32Array[];

	beforeAll(async () => {
		host = await EmbedHost.start(['--cache-bytes', '0']);
		expected = await host.embed(TEXTS);
	});

	/** The worker’s process id once texts wait for it. */
	async function busyWorker(not?: number): Promise<number> {
		let found: number | undefined;
		await until('a worker is busy', async () => {
			const { queue, workers, state } = await host.model();
			found = workers[0]?.pid;
			return state === 'ready' && found !== undefined && found !== not && queue.texts > 0;
		});
		return found!;
	}

	test('while requests are in flight: every one is answered right', async (context) => {
		const requests = [host.embed(TEXTS), ...TEXTS.slice(0, 10).map((text) => host.embed(text))];
		const first = await busyWorker();
		process.kill(first, 'SIGKILL');
		const second = await busyWorker(first);
		process.kill(second, 'SIGKILL');
		const [all, ...single] = await Promise.all(requests);
		await expectNear(context, all!, expected, 0.99999);
		await expectNear(context, single.flat(), expected.slice(0, 10), 0.99999);
		expect(await host.worker()).not.toBe(second);
	});

	test('four times while one request is in flight: it is answered right', async (context) => {
		const request = host.embed(TEXTS);
		request.catch(() => {});
		let killed: number | undefined;
		for (let i = 0; i < 4; i++) {
			killed = await busyWorker(killed);
			process.kill(killed, 'SIGKILL');
		}
		await expectNear(context, await request, expected, 0.99999);
	});

	test('while it loads: the request is answered right', async (context) => {
		await host.stop();
		host = await EmbedHost.start(['--cache-bytes', '0']);
		const request = host.embed(TEXTS.slice(0, 3));
		request.catch(() => {});
		await until('a worker loads', async () => (await host.worker()) !== undefined);
		expect((await host.model()).state).toBe('loading');
		process.kill((await host.worker())!, 'SIGKILL');
		await expectNear(context, await request, expected.slice(0, 3), 0.99999);
	});

	test('while it is idle: the next request starts another', async (context) => {
		await host.embed('a');
		const worker = (await host.worker())!;
		process.kill(worker, 'SIGKILL');
		await untilGone(worker);
		await expectNear(context, await host.embed(TEXTS.slice(0, 3)), expected.slice(0, 3), 0.99999);
	});
});
