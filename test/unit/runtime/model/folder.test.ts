import { utimesSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { modelIdOf, readModelFolder } from '../../../../runtime/model/folder';
import { refusalOf } from '../../../support/async';
import { modelFolder } from '../../../support/model-folder';
import { tempFolder, writeFiles } from '../../../support/temp-folder';

describe('readModelFolder', () => {
	test('reads all that a folder says', () => {
		const folder = modelFolder();
		expect(readModelFolder(folder, { id: 'org/tiny' })).toMatchObject({
			id: 'org/tiny',
			folder,
			graphFile: join(folder, 'onnx', 'model.onnx'),
			pooling: { mode: 'mean' },
			prompts: { query: '', document: '', instruction: null },
			maxTokens: 256,
			vocabularySize: 100,
			dimensions: 64,
			kvHeads: 4,
			headDimension: 16,
		});
	});

	test('prefers the numbers that config.json states for the cache', () => {
		const config = {
			hidden_size: 64,
			num_attention_heads: 4,
			num_key_value_heads: 2,
			head_dim: 128,
			max_position_embeddings: 8,
		};
		expect(readModelFolder(modelFolder({ 'config.json': config }))).toMatchObject({ kvHeads: 2, headDimension: 128 });
	});

	test('knows a family by the name under which config.json was made', () => {
		const config = { _name_or_path: 'intfloat/e5-small-v2', max_position_embeddings: 512 };
		expect(readModelFolder(modelFolder({ 'config.json': config })).prompts.document).toBe('passage: ');
	});

	test.each([
		['config.json', { 'config.json': undefined }, 'config.json is missing'],
		['tokenizer.json', { 'tokenizer.json': undefined }, 'tokenizer.json is missing'],
		['a graph', { 'onnx/model.onnx': undefined }, 'no .onnx file'],
		['weights in its graph', { 'onnx/model.onnx': '' }, 'is empty'],
		['sense in config.json', { 'config.json': '{' }, 'is not valid JSON'],
	])('refuses a folder without %s', async (_, changes, words) => {
		const error = await refusalOf(() => readModelFolder(modelFolder(changes)));
		expect(error.code).toBe('model_load_failed');
		expect(error.message).toContain(words);
	});

	test.each([
		['that is not there', 'gone'],
		['that is a file', 'config.json'],
	])('refuses a folder %s', async (_, name) => {
		const path = join(modelFolder(), name);
		const error = await refusalOf(() => readModelFolder(path));
		expect(error.code).toBe('model_load_failed');
		expect(error.message).toContain(path);
	});
});

describe('the revision', () => {
	const aged = (changes = {}) => {
		const folder = modelFolder(changes);
		return { folder, before: readModelFolder(folder).revision };
	};

	test('stays while nothing changes', () => {
		const { folder, before } = aged();
		expect(readModelFolder(folder).revision).toBe(before);
	});

	test.each(['config.json', 'tokenizer.json', '1_Pooling/config.json', 'onnx/model.onnx'])('moves with %s', (name) => {
		const { folder, before } = aged();
		utimesSync(join(folder, name), 1, 1);
		expect(readModelFolder(folder).revision).not.toBe(before);
	});

	test('moves with a file that is added', () => {
		const { folder, before } = aged();
		writeFiles(folder, { 'config_sentence_transformers.json': { prompts: { query: 'q: ' } } });
		expect(readModelFolder(folder).revision).not.toBe(before);
	});

	test('moves with the weights beside the graph', () => {
		const { folder, before } = aged({ 'onnx/model.onnx_data': 'many' });
		writeFiles(folder, { 'onnx/model.onnx_data': 'others' });
		expect(readModelFolder(folder).revision).not.toBe(before);
	});
});

describe('modelIdOf', () => {
	test('reads the hub’s id in a cache path', () => {
		const path = join('/c', 'models--Qwen--Qwen3-Embedding-0.6B', 'snapshots', 'abc');
		expect(modelIdOf(path)).toBe('Qwen/Qwen3-Embedding-0.6B');
	});

	test('else takes the folder’s name', () => {
		expect(modelIdOf(join(tempFolder(), 'my-model', '.'))).toBe('my-model');
	});
});
