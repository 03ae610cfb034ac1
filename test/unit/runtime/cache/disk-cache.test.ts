import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import type { LogFields } from '../../../../runtime/base/logger';
import { silentLogger } from '../../../../runtime/base/logger';
import { DiskCache, MIN_DISK_CACHE_BYTES, type DiskCacheOptions } from '../../../../runtime/cache/disk-cache';
import { gate } from '../../../support/async';
import { entryOf, keyOf } from '../../../support/cached-vectors';
import { tempFolder } from '../../../support/temp-folder';

const BOUND = 2 * MIN_DISK_CACHE_BYTES;
/** For thousands of entries on a slow machine. */
const LIMIT_MS = 60_000;

/** Not opened; closed with the test. */
function diskCache(cacheFolder: string, options: Partial<DiskCacheOptions> = {}) {
	const warnings: [string, LogFields | undefined][] = [];
	const logger = { ...silentLogger, warn: (message: string, fields?: LogFields) => warnings.push([message, fields]) };
	const cache = new DiskCache({ cacheFolder, maxBytes: BOUND, logger, renew: async () => false, ...options });
	onTestFinished(() => cache.close());
	return { cache, warnings };
}

async function openCache(cacheFolder: string, options: Partial<DiskCacheOptions> = {}) {
	const made = diskCache(cacheFolder, options);
	await made.cache.open();
	return made;
}

/** Leaves a folder in which these entries were written and the files closed. */
async function fill(cacheFolder: string, numbers: readonly number[]): Promise<void> {
	const { cache } = await openCache(cacheFolder);
	for (const number of numbers) cache.set(keyOf(number), entryOf(number));
	await cache.close();
}

/** Adds without outrunning the disk, and calls `each` after every step. */
async function write(cache: DiskCache, numbers: readonly number[], each = () => {}): Promise<void> {
	for (let i = 0; i < numbers.length; i += 50) {
		const part = numbers.slice(i, i + 50);
		for (const number of part) cache.set(keyOf(number), entryOf(number));
		while (!cache.get(keyOf(part.at(-1)!))) await new Promise(setImmediate);
		each();
	}
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const folderBytes = (folder: string) =>
	readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
const damageEnd = (file: string) => {
	const bytes = readFileSync(file);
	writeFileSync(file, bytes.fill(0xa5, bytes.length - 8_192));
};

describe('what was set', () => {
	test('is found once it is written, bit for bit, in this and in the next cache', async () => {
		const folder = tempFolder();
		const { cache } = await openCache(folder);
		await write(cache, [1, 2]);
		expect([cache.get(keyOf(1)), cache.get(keyOf(2)), cache.get(keyOf(3))]).toEqual([
			entryOf(1),
			entryOf(2),
			undefined,
		]);
		await cache.close();
		const { cache: next, warnings } = await openCache(folder);
		expect([next.get(keyOf(1)), next.get(keyOf(2)), next.get(keyOf(3))]).toEqual([entryOf(1), entryOf(2), undefined]);
		expect(next.report).toMatchObject({ state: 'on', reason: 'open', entries: 2, maxBytes: BOUND });
		expect(warnings).toEqual([]);
	});

	test('just before the close is written', async () => {
		const folder = tempFolder();
		await fill(folder, range(0, 300));
		const { cache } = await openCache(folder);
		for (const number of range(0, 300)) expect(cache.get(keyOf(number))).toEqual(entryOf(number));
	});

	test('is the caller’s own', async () => {
		const { cache } = await openCache(tempFolder());
		const given = entryOf(1);
		cache.set(keyOf(1), given);
		given.vector.fill(0);
		while (!cache.get(keyOf(1))) await new Promise(setImmediate);
		cache.get(keyOf(1))!.vector.fill(0);
		expect(cache.get(keyOf(1))).toEqual(entryOf(1));
	});

	test('may have different widths', async () => {
		const { cache } = await openCache(tempFolder());
		const widths = [1, 64, 384, 1_024, 4_096];
		for (const width of widths) cache.set(keyOf(width), entryOf(width, width));
		while (!cache.get(keyOf(4_096))) await new Promise(setImmediate);
		for (const width of widths) expect(cache.get(keyOf(width))).toEqual(entryOf(width, width));
	});
});

describe('the bound', () => {
	test(
		'holds for the files at every moment, and for what is reported',
		async () => {
			const { cache } = await openCache(tempFolder());
			const { folder } = cache.report;
			let most = 0;
			await write(cache, range(0, 8_000), () => {
				most = Math.max(most, folderBytes(folder));
				expect(cache.report.bytes).toBeLessThanOrEqual(BOUND);
			});
			// The locks come on top.
			expect(most).toBeLessThanOrEqual(BOUND + 64 * 2 ** 10);
			expect(most).toBeGreaterThan(BOUND / 2);
		},
		LIMIT_MS,
	);

	test(
		'drops what is old, and keeps what is new or still used',
		async () => {
			const { cache } = await openCache(tempFolder());
			await write(cache, [0, 1]);
			await write(cache, range(2, 6_000), () => expect(cache.get(keyOf(1))).toEqual(entryOf(1)));
			expect(cache.get(keyOf(0))).toBeUndefined();
			for (const number of range(5_500, 6_000)) expect(cache.get(keyOf(number))).toEqual(entryOf(number));
		},
		LIMIT_MS,
	);

	test('that is too small for any file turns it off', async () => {
		const { cache, warnings } = await openCache(tempFolder(), { maxBytes: MIN_DISK_CACHE_BYTES - 1 });
		expect(cache.report).toMatchObject({ state: 'off', reason: expect.stringContaining('too few') as string });
		expect(warnings).toHaveLength(1);
	});
});

describe('a folder that cannot be used is one warning, and a cache that knows nothing:', () => {
	test.each<[string, (folder: string) => void]>([
		['a file in its place', (folder) => writeFileSync(join(folder, 'vectors-v1'), '')],
		['open to others', (folder) => mkdirSync(join(folder, 'vectors-v1'), { mode: 0o755 })],
	])('%s', async (_, spoil) => {
		const folder = tempFolder();
		spoil(folder);
		const { cache, warnings } = await openCache(folder);
		for (const number of range(0, 10)) cache.set(keyOf(number), entryOf(number));
		await cache.close();
		expect(cache.get(keyOf(1))).toBeUndefined();
		expect(cache.report).toMatchObject({ state: 'off', entries: 0, bytes: 0 });
		expect(warnings.map(([message]) => message)).toEqual(['cache on disk is off']);
		expect(warnings[0]![1]).toMatchObject({ reason: cache.report.reason });
	});
});

describe('files that were not closed in order', () => {
	test('are given to be renewed, and nothing is found until that is done', async () => {
		const folder = tempFolder();
		await fill(folder, [1]);
		const file = join(folder, 'vectors-v1', '1.mdb');
		writeFileSync(`${file}-closed`, 'of another file');
		const held = gate();
		const renewed: string[] = [];
		const renew = async (path: string) => {
			renewed.push(path);
			await held.opened;
			return true;
		};
		const { cache, warnings } = await openCache(folder, { renew });
		expect([cache.get(keyOf(1)), cache.report.state, renewed]).toEqual([undefined, 'off', [file]]);
		cache.set(keyOf(2), entryOf(2));
		held.open();
		while (!cache.get(keyOf(2))) await new Promise(setImmediate);
		expect(cache.get(keyOf(1))).toEqual(entryOf(1));
		expect([cache.report.state, warnings]).toEqual(['on', []]);
	});

	test('are deleted with one warning where nothing can be kept, and begun anew', async () => {
		const folder = tempFolder();
		await fill(folder, [1]);
		damageEnd(join(folder, 'vectors-v1', '1.mdb'));
		const { cache, warnings } = await openCache(folder);
		await write(cache, [2]);
		expect(cache.get(keyOf(1))).toBeUndefined();
		expect([cache.report.state, cache.report.entries]).toEqual(['on', 1]);
		expect(warnings.map(([message]) => message)).toEqual(['damaged file of the cache on disk deleted']);
	});

	test('stay as they are when the host ends before they were read', async () => {
		const folder = tempFolder();
		await fill(folder, [1]);
		const file = join(folder, 'vectors-v1', '1.mdb');
		writeFileSync(`${file}-closed`, 'of another file');
		const renew = (_: string, signal: AbortSignal) =>
			new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false)));
		const { cache, warnings } = await openCache(folder, { renew });
		const before = readFileSync(file);
		await cache.close();
		expect(readFileSync(file).equals(before)).toBe(true);
		expect([cache.report.state, warnings]).toEqual(['off', []]);
	});

	test('are taken as they are while another process has them open', async () => {
		const folder = tempFolder();
		await fill(folder, [1]);
		writeFileSync(join(folder, 'vectors-v1', '1.mdb-closed'), 'of another file');
		writeFileSync(join(folder, 'vectors-v1', `open-${process.ppid}`), '');
		const { cache } = await openCache(folder);
		expect(cache.get(keyOf(1))).toEqual(entryOf(1));
	});
});

test('files that another process is renewing turn it off', async () => {
	const folder = tempFolder();
	await fill(folder, [1]);
	writeFileSync(join(folder, 'vectors-v1', '1.mdb-closed'), 'of another file');
	writeFileSync(join(folder, 'vectors-v1', `renew-${process.ppid}`), '');
	const { cache, warnings } = await openCache(folder);
	expect(cache.report).toMatchObject({ state: 'off', reason: expect.stringContaining('another host') as string });
	expect(warnings.map(([message]) => message)).toEqual(['cache on disk is off']);
});

test('leaves nothing in the folder but its files', async () => {
	const folder = tempFolder();
	await fill(folder, [1]);
	expect(readdirSync(join(folder, 'vectors-v1')).sort()).toEqual(['1.mdb', '1.mdb-closed', '1.mdb-lock']);
});

test('folders of other layouts are left alone', async () => {
	const folder = tempFolder({ 'vectors-v0/1.mdb': 'old', 'vectors-v2/1.mdb': 'new' });
	await fill(folder, [1]);
	expect(readFileSync(join(folder, 'vectors-v0', '1.mdb'), 'utf8')).toBe('old');
	expect(readFileSync(join(folder, 'vectors-v2', '1.mdb'), 'utf8')).toBe('new');
});

test('can be closed before it is opened, and closed again', async () => {
	const { cache } = diskCache(tempFolder());
	await cache.close();
	await cache.close();
	expect(cache.get(keyOf(1))).toBeUndefined();
});
