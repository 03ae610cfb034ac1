import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { runCli } from './support/command';
import {
	BOUND,
	dataFile,
	filesIn,
	startCaching,
	TEXTS,
	untilRead,
	untilWritten,
	warningsOf,
} from './support/disk-caches';
import { cleanUp, EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { fromDist, isWindows } from './support/paths';
import { cleanEnvironment, untilGone } from './support/processes';

const { SharedHost } = fromDist<typeof import('../../runtime/client/shared-host')>('runtime/client/shared-host.js');

afterAll(cleanUp);

describe('after a restart', () => {
	test('the same texts are answered from disk: no worker, no tokenising, the same bits and tokens', async () => {
		const cacheDir = makeFolder();
		const first = await startCaching(cacheDir);
		const before = await first.post({ input: TEXTS, encoding_format: 'base64' });
		await first.stop();
		expect(await first.exited).toEqual({ code: 0, signal: null });
		expect(filesIn(cacheDir)).toEqual(['1.mdb', '1.mdb-closed', '1.mdb-lock']);

		const second = await startCaching(cacheDir);
		const after = await second.post({ input: TEXTS, encoding_format: 'base64' });
		expect(after.body.data.map(({ embedding }) => embedding)).toEqual(
			before.body.data.map(({ embedding }) => embedding),
		);
		expect(after.body.data.every(({ cached }) => cached === true)).toBe(true);
		const tokens = before.body.usage.prompt_tokens;
		expect(tokens).toBeGreaterThan(TEXTS.length);
		expect(after.body.usage).toMatchObject({
			prompt_tokens: tokens,
			prompt_tokens_details: { cached_tokens: tokens },
		});
		expect([after.headers['x-tokenize-time-ms'], after.headers['x-inference-time-ms']].map(Number)).toEqual([0, 0]);
		await second.post({ input: TEXTS.slice(0, 30) });
		expect(await second.model()).toMatchObject({
			state: 'cold',
			workers: [],
			cache: { entries: 60, hits: 30, misses: 60, disk: { state: 'on', entries: 60, hits: 60, misses: 0 } },
		});
		expect(warningsOf(second)).toEqual([]);

		const { stdout } = await runCli(['status', '--url', second.listening]);
		expect(stdout).toMatch(/^ {2}cache {4}60 vectors, .* 33 % of 90 found$/m);
		expect(stdout).toMatch(/^ {2}on disk {2}60 vectors, .* of 16 MiB, 100 % of 60 found, in \/.*vectors-v1$/m);
	});

	test('fewer dimensions come from the same entry', async () => {
		const cacheDir = makeFolder();
		const first = await startCaching(cacheDir);
		const [wanted] = await first.embed(['Refund'], { dimensions: 64 });
		await first.stop();
		const second = await startCaching(cacheDir);
		expect(await second.embed(['Refund'], { dimensions: 64 })).toEqual([wanted]);
		expect((await second.model()).state).toBe('cold');
	});

	test('what is on disk is no text, and nobody else’s to read', async () => {
		const cacheDir = join(makeFolder(), 'new');
		const host = await startCaching(cacheDir);
		await host.embed(['a very particular sentence']);
		await host.stop();
		expect(readFileSync(dataFile(cacheDir)).includes('particular')).toBe(false);
		if (!isWindows) expect(statSync(join(cacheDir, 'vectors-v1')).mode & 0o777).toBe(0o700);
	});
});

describe.skipIf(isWindows)('a host that is killed in the middle of writing', () => {
	test('loses no more than it was about to write, and the next one has the rest', async () => {
		const cacheDir = makeFolder();
		const first = await startCaching(cacheDir);
		const wanted = await first.embed(TEXTS.slice(0, 20));
		await untilWritten(first, 20);
		const busy = Promise.allSettled(TEXTS.slice(20).map((text) => first.embed([text])));
		await untilWritten(first, 25);
		first.kill('SIGKILL');
		await first.exited;
		await busy;
		expect(filesIn(cacheDir)).toEqual(['1.mdb', '1.mdb-lock', `open-${first.pid}`]);

		const second = await startCaching(cacheDir);
		await untilRead(second);
		expect(await second.embed(TEXTS.slice(0, 20))).toEqual(wanted);
		expect(await second.model()).toMatchObject({ state: 'cold', cache: { disk: { state: 'on', hits: 20 } } });
		expect(warningsOf(second)).toEqual([]);
		await second.stop();
		expect(filesIn(cacheDir)).toEqual(['1.mdb', '1.mdb-closed', '1.mdb-lock']);
	});
});

test('two hosts at once share the folder, and each finds what the other computed', async () => {
	const cacheDir = makeFolder();
	const [one, two] = [await startCaching(cacheDir), await startCaching(cacheDir)];
	const wanted = await one.embed(TEXTS.slice(0, 10));
	await untilWritten(two, 10);
	expect(await two.embed(TEXTS.slice(0, 10))).toEqual(wanted);
	expect((await two.model()).state).toBe('cold');
	await Promise.all([one.embed(TEXTS.slice(10, 30)), two.embed(TEXTS.slice(30, 50))]);
	await untilWritten(one, 50);
	await one.stop();
	await two.embed(TEXTS.slice(50));
	await two.stop();
	for (const host of [one, two]) expect(warningsOf(host)).toEqual([]);
	const next = await startCaching(cacheDir);
	await next.embed(TEXTS);
	expect(await next.model()).toMatchObject({ state: 'cold', cache: { disk: { hits: 60 } } });
});

describe('whether there is one', () => {
	test('serve has none unless it is told, and none without a cache in memory', async () => {
		const cacheDir = makeFolder();
		const plain = await EmbedHost.start(['--cache-dir', cacheDir]);
		const none = await EmbedHost.start([
			'--cache-dir',
			cacheDir,
			'--disk-cache-bytes',
			String(BOUND),
			'--cache-bytes',
			'0',
		]);
		for (const host of [plain, none]) {
			await host.embed(['a']);
			expect((await host.model()).cache.disk).toBeNull();
		}
		expect(readdirSync(cacheDir)).toEqual([]);
		const { stdout } = await runCli(['status', '--url', plain.listening]);
		expect(stdout).toMatch(/^ {2}on disk {2}none$/m);
	});

	test.skipIf(isWindows).each([
		['1 GiB unless the environment says otherwise', '', 2 ** 30],
		['as much as the environment says', String(BOUND), BOUND],
		['none where the environment says so', '0', null],
	])('the host that a node starts has %s', async (_, bytes, maxBytes) => {
		const [cacheDir, socket] = [makeFolder(), join(makeFolder(), 'host.sock')];
		const client = new SharedHost(
			cleanEnvironment({ EMBED_SOCKET: socket, EMBED_CACHE_DIR: cacheDir, EMBED_DISK_CACHE_BYTES: bytes }),
		);
		const { pid, models } = await client.status();
		await client.close();
		process.kill(pid, 'SIGTERM');
		await untilGone(pid);
		expect(models[0]!.cache.disk?.maxBytes ?? null).toBe(maxBytes);
		expect(existsSync(join(cacheDir, 'vectors-v1'))).toBe(maxBytes !== null);
	});
});
