import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { servedModels } from '../../../../runtime/host/served-models';
import { BUILTIN_MODEL_FOLDER, BUILTIN_MODEL_ID } from '../../../../runtime/model/builtin';
import { refusalOf } from '../../../support/async';
import { tempFolder } from '../../../support/temp-folder';

type Wanted = Parameters<typeof servedModels>[0];

const wanted = (changes: Partial<Wanted> = {}): Wanted => ({
	modelPath: [],
	servedModelName: [],
	serveCachedModels: false,
	dtype: 'auto',
	...changes,
});
const BUILTIN = { id: BUILTIN_MODEL_ID, folder: BUILTIN_MODEL_FOLDER, dtype: 'auto' };

function cacheWith(...ids: readonly string[]) {
	const folders = ids.map((id) => [id, join(`models--${id.replaceAll('/', '--')}`, 'snapshots', '1')] as const);
	const cache = tempFolder(
		Object.fromEntries(
			folders.flatMap(([, folder]) => [
				[join(folder, 'onnx', 'model.onnx'), 'x'],
				[join(folder, 'config.json'), '{}'],
				[join(folder, 'tokenizer.json'), '{}'],
			]),
		),
	);
	const folderOf = (id: string) => join(cache, folders.find(([known]) => known === id)![1]);
	return { environment: { HF_HUB_CACHE: cache }, folderOf };
}

test('the built-in model is served when none is named', () => {
	expect(servedModels(wanted(), cacheWith('org/a').environment)).toEqual([BUILTIN]);
});

describe('a named model', () => {
	test('may be a folder, called by its name', () => {
		const folder = join(tempFolder({ 'mine/config.json': {} }), 'mine');
		expect(servedModels(wanted({ modelPath: [folder], dtype: 'fp16' }), {})).toEqual([
			{ id: 'mine', folder, dtype: 'fp16' },
		]);
	});

	test('may be an id in the cache', () => {
		const { environment, folderOf } = cacheWith('org/a');
		expect(servedModels(wanted({ modelPath: ['org/a'] }), environment)).toEqual([
			{ id: 'org/a', folder: folderOf('org/a'), dtype: 'auto' },
		]);
	});

	test('may be the built-in one', () => {
		expect(servedModels(wanted({ modelPath: [BUILTIN_MODEL_ID] }), cacheWith().environment)).toEqual([BUILTIN]);
	});

	test('takes the name that it is given, by its place', () => {
		const { environment } = cacheWith('org/a', 'org/b');
		const sources = servedModels(wanted({ modelPath: ['org/b', 'org/a'], servedModelName: ['first'] }), environment);
		expect(sources.map(({ id }) => id)).toEqual(['first', 'org/a']);
	});

	test('that is nowhere is refused by its name', async () => {
		const error = await refusalOf(() =>
			servedModels(wanted({ modelPath: ['org/none'] }), cacheWith('org/a').environment),
		);
		expect(error.code).toBe('model_load_failed');
		expect(error.message).toContain('org/none');
	});

	test('of the same name as another is refused', async () => {
		const { environment } = cacheWith('org/a', 'org/b');
		const error = await refusalOf(() =>
			servedModels(wanted({ modelPath: ['org/a', 'org/b'], servedModelName: ['x', 'x'] }), environment),
		);
		expect(error.code).toBe('invalid_request');
		expect(error.message).toContain('Two models are called x');
	});
});

test('on wish every model in the cache is served too, each once and after those that are named', () => {
	const { environment } = cacheWith('org/a', 'org/b');
	const ids = (changes: Partial<Wanted>) =>
		servedModels(wanted({ serveCachedModels: true, ...changes }), environment).map(({ id }) => id);
	expect(ids({})).toEqual([BUILTIN_MODEL_ID, 'org/a', 'org/b']);
	expect(ids({ modelPath: ['org/b'] })).toEqual(['org/b', 'org/a']);
});
