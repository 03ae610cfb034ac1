import { symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { cachedModels, hubCacheFolder } from '../../../../runtime/model/hub-cache';
import { tempFolder, type Files } from '../../../support/temp-folder';

/** A snapshot with all that a model needs, and a graph of this name. */
const complete = (snapshot: string, graph = 'model.onnx'): Files =>
	Object.fromEntries(['config.json', 'tokenizer.json', graph].map((name) => [`${snapshot}/${name}`, '{}']));

const listed = (files: Files) => {
	const cache = tempFolder(files);
	return [...cachedModels(cache)].map(([id, folder]) => [id, folder.slice(cache.length + 1)]);
};

describe('hubCacheFolder', () => {
	test.each([
		['HF_HUB_CACHE', { HF_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
		['HF_HOME', { HF_HOME: '/b', XDG_CACHE_HOME: '/c' }, join('/b', 'hub')],
		['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/c' }, join('/c', 'huggingface', 'hub')],
		['the home folder', {}, join(homedir(), '.cache', 'huggingface', 'hub')],
	])('is found by %s', (_, environment, expected) => {
		expect(hubCacheFolder(environment)).toBe(expected);
	});
});

describe('cachedModels', () => {
	test('is empty where there is no cache', () => {
		expect(cachedModels(join(tempFolder(), 'none')).size).toBe(0);
	});

	test('lists models by their hub id, sorted', () => {
		const files = {
			...complete('models--org--b/snapshots/1', 'onnx/model.onnx'),
			...complete('models--org--a/snapshots/1'),
			...complete('models--single/snapshots/1'),
		};
		expect(listed(files).map(([id]) => id)).toEqual(['org/a', 'org/b', 'single']);
	});

	test('takes the snapshot that main names', () => {
		const files = {
			'models--o--m/refs/main': 'new\n',
			...complete('models--o--m/snapshots/old'),
			...complete('models--o--m/snapshots/new'),
		};
		expect(listed(files)).toEqual([['o/m', join('models--o--m', 'snapshots', 'new')]]);
	});

	test('takes the only snapshot where main names none that is there', () => {
		const files = { 'models--o--m/refs/main': 'gone', ...complete('models--o--m/snapshots/1') };
		expect(listed(files)).toEqual([['o/m', join('models--o--m', 'snapshots', '1')]]);
	});

	test.each<[string, Files]>([
		['a model without a graph', complete('models--o--m/snapshots/1', 'model.safetensors')],
		[
			'a model without a tokenizer',
			{ 'models--o--m/snapshots/1/model.onnx': 'x', 'models--o--m/snapshots/1/config.json': '{}' },
		],
		['a data set', complete('datasets--o--d/snapshots/1')],
		['a model without snapshots', { 'models--o--m/refs/main': '1' }],
		[
			'one of several snapshots without a main',
			{ ...complete('models--o--m/snapshots/1'), ...complete('models--o--m/snapshots/2') },
		],
	])('leaves out %s', (_, files) => {
		expect(listed(files)).toEqual([]);
	});

	test('leaves out a model whose graph is a link to a file that is not there yet', () => {
		const cache = tempFolder(complete('models--o--m/snapshots/1', 'README.md'));
		symlinkSync(join(cache, 'blob'), join(cache, 'models--o--m/snapshots/1/model.onnx'));
		expect(cachedModels(cache).size).toBe(0);
	});
});
