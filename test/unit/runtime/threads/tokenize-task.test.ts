import { join } from 'node:path';

import { expect, test } from 'vitest';

import tokenize, { type TokenizeTask } from '../../../../runtime/threads/tokenize-task';
import { tempFolder, writeFiles, type Files } from '../../../support/temp-folder';
import { TINY_TOKENIZER, tinyId } from '../../../support/tiny-tokenizer';

const task = (files: Files, changes: Partial<TokenizeTask> = {}): TokenizeTask => ({
	folder: tempFolder(files),
	revision: 'r1',
	texts: ['hello', 'hello parcel world', 'world'],
	maxTokens: 4,
	truncate: 'end',
	specialTokens: 'text',
	...changes,
});

test('all texts come back in one array, in order, with their lengths', () => {
	const rows = [['hello'], ['hello', 'parcel'], ['world']].map((words) => ['[CLS]', ...words, '[SEP]'].map(tinyId));
	expect(tokenize(task({ 'tokenizer.json': TINY_TOKENIZER }))).toEqual({
		ids: Int32Array.from(rows.flat()),
		lengths: Int32Array.of(3, 4, 3),
		truncated: Uint8Array.of(0, 1, 0),
	});
});

test.each<[string, Files, string, string]>([
	['missing', {}, 'model_load_failed', 'is missing'],
	['no JSON', { 'tokenizer.json': '{' }, 'model_load_failed', 'is not valid JSON'],
	['no tokenizer', { 'tokenizer.json': {} }, 'model_load_failed', 'Cannot use'],
	[
		'of a kind that is not known',
		{ 'tokenizer.json': { ...TINY_TOKENIZER, post_processor: { type: 'Mystery' } } },
		'model_unclear',
		'Mystery',
	],
])('a file that is %s is returned as a fault, not thrown', (_, files, code, words) => {
	expect(tokenize(task(files))).toMatchObject({ error: { code, message: expect.stringContaining(words) as string } });
});

test('a fault names the file', () => {
	const broken = task({});
	expect(tokenize(broken)).toMatchObject({
		error: { message: expect.stringContaining(join(broken.folder, 'tokenizer.json')) as string },
	});
});

test('a folder is read anew when its revision has changed', () => {
	const first = task({ 'tokenizer.json': TINY_TOKENIZER }, { texts: ['hello'] });
	const before = tokenize(first);
	writeFiles(first.folder, { 'tokenizer.json': { ...TINY_TOKENIZER, post_processor: null } });
	expect(tokenize(first)).toEqual(before);
	expect(tokenize({ ...first, revision: 'r2' })).toMatchObject({ ids: Int32Array.of(tinyId('hello')) });
});
