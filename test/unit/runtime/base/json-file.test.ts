import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readJsonFile, readJsonObject } from '../../../../runtime/base/json-file';
import { refusalOf } from '../../../support/async';
import { tempFolder } from '../../../support/temp-folder';

test('a missing file is null', () => {
	expect(readJsonFile(join(tempFolder(), 'none.json'))).toBeNull();
	expect(readJsonObject(join(tempFolder(), 'none.json'))).toBeNull();
});

test('a file is read as it is', () => {
	const folder = tempFolder({ 'list.json': [1, 2], 'object.json': { a: 1 } });
	expect(readJsonFile(join(folder, 'list.json'))).toEqual([1, 2]);
	expect(readJsonObject(join(folder, 'object.json'))).toEqual({ a: 1 });
});

test.each([
	['that is cut short', '{"a": 1', 'is not valid JSON'],
	['that holds a list', '[1]', 'must hold a JSON object'],
	['that holds a text', '"a"', 'must hold a JSON object'],
])('a file %s is refused by its name', async (_, content, words) => {
	const file = join(tempFolder({ 'bad.json': content }), 'bad.json');
	const error = await refusalOf(() => readJsonObject(file));
	expect(error.code).toBe('model_load_failed');
	expect(error.message).toContain(file);
	expect(error.message).toContain(words);
});

test('a folder in the place of a file is refused by its name', async () => {
	const folder = tempFolder({ 'config.json/inner': 'x' });
	const error = await refusalOf(() => readJsonObject(join(folder, 'config.json')));
	expect(error).toMatchObject({ code: 'model_load_failed' });
	expect(error.message).toContain('Cannot read');
});
