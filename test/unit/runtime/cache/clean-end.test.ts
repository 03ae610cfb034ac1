import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { endedCleanly, forgetCleanEnd, noteCleanEnd } from '../../../../runtime/cache/clean-end';
import { tempFolder } from '../../../support/temp-folder';

async function closedFile(): Promise<string> {
	const file = join(tempFolder({ '1.mdb': 'content' }), '1.mdb');
	await noteCleanEnd(file);
	return file;
}

test('a file that nobody closed did not end cleanly', () => {
	expect(endedCleanly(join(tempFolder({ '1.mdb': 'content' }), '1.mdb'))).toBe(false);
});

test('a file that was closed did, until it is opened again', async () => {
	const file = await closedFile();
	expect(endedCleanly(file)).toBe(true);
	forgetCleanEnd(file);
	forgetCleanEnd(file);
	expect(endedCleanly(file)).toBe(false);
});

describe('a file that was changed after it was closed did not end cleanly:', () => {
	test.each<[string, (file: string) => void]>([
		['longer', (file) => appendFileSync(file, 'x')],
		['of the same length', (file) => writeFileSync(file, 'CONTENT')],
		['touched', (file) => utimesSync(file, 1, 1)],
		['gone', (file) => rmSync(file)],
		[
			'replaced by a copy',
			(file) => {
				copyFileSync(file, `${file}-copy`);
				renameSync(`${file}-copy`, file);
			},
		],
		['its note garbled', (file) => writeFileSync(`${file}-closed`, readFileSync(`${file}-closed`).subarray(1))],
	])('%s', async (_, change) => {
		const file = await closedFile();
		change(file);
		expect(endedCleanly(file)).toBe(false);
	});
});

test('a file that is gone cannot be noted', async () => {
	await expect(noteCleanEnd(join(tempFolder(), '1.mdb'))).rejects.toThrow('ENOENT');
});
