import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { defaultCacheFolder, prepareVectorsFolder, vectorsFolder } from '../../../../runtime/cache/cache-folder';
import { tempFolder } from '../../../support/temp-folder';

describe.skipIf(process.platform === 'win32')('the default cache folder', () => {
	test.each([
		['the user’s, where one is named', { XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/n8n-nodes-embed'],
		['in the home folder', { HOME: '/h' }, '/h/.cache/n8n-nodes-embed'],
		['in the home folder for an empty name', { XDG_CACHE_HOME: '', HOME: '/h' }, '/h/.cache/n8n-nodes-embed'],
		['in the system’s idea of a home', {}, join(homedir(), '.cache/n8n-nodes-embed')],
	])('is %s', (_, environment, folder) => {
		expect(defaultCacheFolder(environment)).toBe(folder);
	});
});

test('the folder’s name has the version of the layout', () => {
	expect(vectorsFolder('/c')).toBe(join('/c', 'vectors-v1'));
});

describe.skipIf(process.platform === 'win32')('preparing the folder', () => {
	test('makes it, and those above it, for the user alone, and leaves nothing in it', () => {
		const folder = join(tempFolder(), 'a', 'vectors-v1');
		prepareVectorsFolder(folder);
		expect([statSync(folder).mode & 0o777, readdirSync(folder)]).toEqual([0o700, []]);
	});

	test('leaves what is in it', () => {
		const folder = join(tempFolder({ 'v/1.mdb': 'x' }), 'v');
		chmodSync(folder, 0o700);
		prepareVectorsFolder(folder);
		expect(readdirSync(folder)).toEqual(['1.mdb']);
	});

	test.each<[string, (folder: string) => void, RegExp]>([
		[
			'is open to others',
			(folder) => mkdirSync(folder, { mode: 0o755 }),
			/cache folder .* open to others .*--cache-dir/,
		],
		['is a file', (folder) => writeFileSync(folder, ''), /EEXIST/],
		['is a link', (folder) => symlinkSync(tempFolder(), folder), /cache folder .* not a folder/],
	])('refuses one that %s', (_, make, words) => {
		const folder = join(tempFolder(), 'v');
		make(folder);
		expect(() => prepareVectorsFolder(folder)).toThrow(words);
	});
});
