import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { silentLogger } from '../../runtime/base/logger';
import { entryOf, keyOf } from '../support/cached-vectors';
import { runCli } from './support/command';
import {
	BOUND,
	dataFile,
	diskOf,
	startCaching,
	TEXTS,
	untilRead,
	untilWritten,
	warningsOf,
} from './support/disk-caches';
import { cleanUp, type EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { fromDist, isRoot, isWindows, OTHER_UID } from './support/paths';
import { until } from './support/processes';

const { DiskCache } = fromDist<typeof import('../../runtime/cache/disk-cache')>('runtime/cache/disk-cache.js');

afterAll(cleanUp);

/** A folder with a file of many entries that was closed in order. */
async function filledFolder(entries = 3_000): Promise<string> {
	const cacheDir = makeFolder();
	const cache = new DiskCache({ cacheFolder: cacheDir, maxBytes: 4 * BOUND, logger: silentLogger });
	await cache.open();
	for (let i = 0; i < entries; i++) cache.set(keyOf(i), entryOf(i));
	await cache.close();
	return cacheDir;
}

describe('a damaged file ends no host, gives no wrong vector, and is at most one warning:', () => {
	const overwrite = (file: string, at: number, bytes: Uint8Array) => {
		const content = readFileSync(file);
		content.set(bytes, Math.floor(at / 4_096) * 4_096);
		writeFileSync(file, content);
	};
	const noise = (bytes: number, seed: number) => {
		let state = seed;
		return Uint8Array.from(
			{ length: bytes },
			() => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24,
		);
	};

	test.each<[string, (file: string) => void]>([
		['empty', (file) => truncateSync(file, 0)],
		['of a few bytes', (file) => truncateSync(file, 100)],
		['cut in the first pages', (file) => truncateSync(file, 5_000)],
		['cut in the middle', (file) => truncateSync(file, Math.floor(statSync(file).size / 2))],
		['cut at the end', (file) => truncateSync(file, statSync(file).size - 5_000)],
		['longer than it was', (file) => appendFileSync(file, noise(10_000, 1))],
		['of another program', (file) => writeFileSync(file, 'a text of mine '.repeat(10_000))],
		['all noise', (file) => writeFileSync(file, noise(statSync(file).size, 2))],
		['with noise at the beginning', (file) => overwrite(file, 0, noise(8_192, 3))],
		['with a page of noise', (file) => overwrite(file, statSync(file).size / 3, noise(4_096, 4))],
		['with much noise', (file) => overwrite(file, statSync(file).size / 2, noise(2 ** 20, 5))],
		['with a page of zeros', (file) => overwrite(file, statSync(file).size / 4, new Uint8Array(4_096))],
		['with much of nothing', (file) => overwrite(file, statSync(file).size / 4, new Uint8Array(2 ** 20))],
		[
			'with flipped bits',
			(file) => {
				const content = readFileSync(file);
				for (let i = 9_000; i < content.length; i += 30_011) content[i]! ^= 1 << (i & 7);
				writeFileSync(file, content);
			},
		],
		['with a garbled lock', (file) => writeFileSync(`${file}-lock`, noise(8_192, 6))],
	])('%s', async (_, damage) => {
		const cacheDir = await filledFolder();
		damage(dataFile(cacheDir));
		const host = await startCaching(cacheDir);
		await untilRead(host);
		const vectors = await host.embed(TEXTS.slice(0, 10));
		await untilWritten(host, 10);
		expect((await diskOf(host)).state).toBe('on');
		await host.stop();
		expect(await host.exited).toEqual({ code: 0, signal: null });
		const warnings = warningsOf(host).map(({ msg }) => msg);
		expect(warnings.length).toBeLessThanOrEqual(1);
		for (const message of warnings) expect(message).toBe('damaged file of the cache on disk deleted');

		const next = await startCaching(cacheDir);
		expect(await next.embed(TEXTS.slice(0, 10))).toEqual(vectors);
		expect(await next.model()).toMatchObject({ state: 'cold', cache: { disk: { state: 'on', hits: 10 } } });
		await next.stop();

		// Whatever was kept of the entries from before is as it was.
		const cache = new DiskCache({ cacheFolder: cacheDir, maxBytes: 4 * BOUND, logger: silentLogger });
		await cache.open();
		for (let i = 0; i < 3_000; i++) {
			const found = cache.get(keyOf(i));
			if (found && !Buffer.from(found.vector.buffer).equals(Buffer.from(entryOf(i).vector.buffer)))
				throw new Error(`entry ${i} is another’s`);
		}
		await cache.close();
	});
});

describe('a place that cannot be used is one warning, and the host goes on without:', () => {
	async function expectOff(host: EmbedHost, reason: RegExp): Promise<void> {
		expect(await host.embed(TEXTS.slice(0, 3))).toHaveLength(3);
		expect((await host.post({ input: TEXTS.slice(0, 3) })).body.data.every(({ cached }) => cached === true)).toBe(true);
		const disk = await diskOf(host);
		expect(disk).toMatchObject({ state: 'off', reason: expect.stringMatching(reason) as string, entries: 0 });
		const { stdout } = await runCli(['status', '--url', host.listening]);
		expect(stdout).toContain(`on disk  off: ${disk.reason}`);
		expect(warningsOf(host)).toEqual([
			expect.objectContaining({ msg: 'cache on disk is off', reason: disk.reason }) as unknown,
		]);
		await host.stop();
		expect(await host.exited).toEqual({ code: 0, signal: null });
	}

	test('a file in the folder’s place', async () => {
		const cacheDir = makeFolder();
		writeFileSync(join(cacheDir, 'vectors-v1'), 'mine');
		await expectOff(await startCaching(cacheDir), /EEXIST/);
		expect(readFileSync(join(cacheDir, 'vectors-v1'), 'utf8')).toBe('mine');
	});

	test.skipIf(isWindows || !isRoot)('a folder of another user', async () => {
		const cacheDir = makeFolder();
		mkdirSync(join(cacheDir, 'vectors-v1'), { mode: 0o700 });
		execFileSync('chmod', ['755', cacheDir]);
		await expectOff(await startCaching(cacheDir, { uid: OTHER_UID }), /belongs to user 0/);
	});

	test.skipIf(isWindows || !isRoot)('a folder in which nothing may be made', async () => {
		const cacheDir = makeFolder();
		execFileSync('chmod', ['755', cacheDir]);
		await expectOff(await startCaching(cacheDir, { uid: OTHER_UID }), /EACCES/);
	});

	test('a machine on which the native library does not load', async () => {
		const folder = makeFolder();
		const hook = join(folder, 'no-lmdb.cjs');
		writeFileSync(
			hook,
			`const { _load } = require('node:module');
			require('node:module')._load = function (name, ...rest) {
				if (name === 'lmdb') throw new Error('No native build was found');
				return _load.call(this, name, ...rest);
			};`,
		);
		await expectOff(
			await startCaching(folder, { environment: { NODE_OPTIONS: `--require ${hook}` } }),
			/No native build was found/,
		);
	});

	test('a bound below what a file needs', async () => {
		await expectOff(await startCaching(makeFolder(), {}, 1_000), /too few/);
	});
});

describe.runIf(canMount())('a full disk', () => {
	const mounted: string[] = [];
	afterAll(() => {
		for (const folder of mounted) execFileSync('umount', ['-l', folder]);
	});
	const smallDisk = (mib: number) => {
		const folder = makeFolder();
		execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder]);
		mounted.push(folder);
		return folder;
	};

	test('from the start is one warning, and the host goes on without', async () => {
		const cacheDir = smallDisk(1);
		const filler = join(cacheDir, 'filler');
		try {
			writeFileSync(filler, Buffer.alloc(2 * 2 ** 20));
		} catch {
			// As full as it gets.
		}
		const host = await startCaching(cacheDir);
		expect(await host.embed(TEXTS.slice(0, 3))).toHaveLength(3);
		expect(await diskOf(host)).toMatchObject({ state: 'off', reason: expect.stringContaining('ENOSPC') as string });
		expect(warningsOf(host).map(({ msg }) => msg)).toEqual(['cache on disk is off']);
		await host.stop();
		expect(await host.exited).toEqual({ code: 0, signal: null });
	});

	test('in the middle of writing is one warning, and the next host has what was written before', async () => {
		const cacheDir = smallDisk(4);
		const first = await startCaching(cacheDir);
		const wanted = await first.embed(TEXTS.slice(0, 10));
		await untilWritten(first, 10);
		const filler = join(cacheDir, 'filler');
		try {
			writeFileSync(filler, Buffer.alloc(8 * 2 ** 20));
		} catch {
			// As full as it gets.
		}
		await first.embed(TEXTS.slice(10));
		await until('it is off', async () => (await diskOf(first)).state === 'off');
		expect(warningsOf(first).map(({ msg }) => msg)).toEqual(['cache on disk is off']);
		expect(await first.embed(TEXTS.slice(0, 10))).toEqual(wanted);
		await first.stop();
		expect(await first.exited).toEqual({ code: 0, signal: null });

		rmSync(filler);
		const second = await startCaching(cacheDir);
		await untilRead(second);
		expect(await second.embed(TEXTS.slice(0, 10))).toEqual(wanted);
		expect((await second.model()).state).toBe('cold');
		await second.stop();
	});
});

function canMount(): boolean {
	if (!isRoot || process.platform !== 'linux') return false;
	const folder = makeFolder();
	if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status !== 0) return false;
	return spawnSync('umount', [folder]).status === 0;
}
