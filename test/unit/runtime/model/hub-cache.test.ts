import { homedir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { cachedModels, hubCacheFolder } from '../../../../runtime/model/hub-cache';
import { tempFolder, type Files } from '../../../support/temp-folder';

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
			'models--org--b/snapshots/1/onnx/model.onnx': 'x',
			'models--org--a/snapshots/1/model.onnx': 'x',
			'models--single/snapshots/1/model.onnx': 'x',
		};
		expect(listed(files).map(([id]) => id)).toEqual(['org/a', 'org/b', 'single']);
	});

	test('takes the snapshot that main names', () => {
		const files = {
			'models--o--m/refs/main': 'new\n',
			'models--o--m/snapshots/old/model.onnx': 'x',
			'models--o--m/snapshots/new/model.onnx': 'x',
		};
		expect(listed(files)).toEqual([['o/m', join('models--o--m', 'snapshots', 'new')]]);
	});

	test('takes the only snapshot where main names none that is there', () => {
		const files = { 'models--o--m/refs/main': 'gone', 'models--o--m/snapshots/1/model.onnx': 'x' };
		expect(listed(files)).toEqual([['o/m', join('models--o--m', 'snapshots', '1')]]);
	});

	test.each<[string, Files]>([
		['a model without a graph', { 'models--o--m/snapshots/1/model.safetensors': 'x' }],
		['a data set', { 'datasets--o--d/snapshots/1/model.onnx': 'x' }],
		['a model without snapshots', { 'models--o--m/refs/main': '1' }],
		[
			'one of several snapshots without a main',
			{ 'models--o--m/snapshots/1/a.onnx': 'x', 'models--o--m/snapshots/2/a.onnx': 'x' },
		],
	])('leaves out %s', (_, files) => {
		expect(listed(files)).toEqual([]);
	});
});
