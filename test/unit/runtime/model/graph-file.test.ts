import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkGraphFile, findGraphFile, type Dtype } from '../../../../runtime/model/graph-file';
import { refusalOf } from '../../../support/async';
import { tempFolder } from '../../../support/temp-folder';

const folderWith = (...names: readonly string[]) => tempFolder(Object.fromEntries(names.map((name) => [name, 'x'])));

describe('findGraphFile', () => {
	test.each([
		['model.onnx in the folder itself', ['model.onnx', 'onnx/model.onnx'], 'auto', 'model.onnx'],
		['model.onnx among others', ['onnx/model_fp16.onnx', 'onnx/model.onnx'], 'auto', 'onnx/model.onnx'],
		['the only file there is', ['onnx/model_fp16.onnx', 'config.json'], 'auto', 'onnx/model_fp16.onnx'],
		['the asked precision', ['onnx/model.onnx', 'onnx/model_fp16.onnx'], 'fp16', 'onnx/model_fp16.onnx'],
		[
			'the best known name of a precision',
			['onnx/model_quantized.onnx', 'onnx/model_q8.onnx'],
			'q8',
			'onnx/model_q8.onnx',
		],
		[
			'another name of a precision',
			['onnx/model_quantized.onnx', 'onnx/model.onnx'],
			'int8',
			'onnx/model_quantized.onnx',
		],
	] as const)('takes %s', (_, names, dtype, expected) => {
		const folder = folderWith(...names);
		expect(findGraphFile(folder, dtype)).toBe(join(folder, expected));
	});

	test.each([
		['without a graph', ['config.json'], 'auto', 'model_load_failed', 'no .onnx file'],
		[
			'with several to choose from',
			['a.onnx', 'b.onnx'],
			'auto',
			'model_unclear',
			'has a.onnx, b.onnx and no model.onnx',
		],
		[
			'without the asked precision',
			['model.onnx'],
			'q4',
			'model_load_failed',
			'no model_q4.onnx for --dtype q4; there is model.onnx',
		],
	] as const)('refuses a folder %s', async (_, names, dtype: Dtype, code, words) => {
		const folder = folderWith(...names);
		const error = await refusalOf(() => findGraphFile(folder, dtype));
		expect(error.code).toBe(code);
		expect(error.message).toContain(folder);
		expect(error.message).toContain(words);
	});
});

describe('checkGraphFile', () => {
	test('lets weights pass', () => {
		expect(() => checkGraphFile(join(folderWith('model.onnx'), 'model.onnx'))).not.toThrow();
	});

	test.each([
		['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n', 'Git LFS pointer'],
		['an empty file', '', 'is empty'],
		['a missing file', undefined, 'Cannot read'],
	])('refuses %s', async (_, content, words) => {
		const file = join(tempFolder({ 'model.onnx': content }), 'model.onnx');
		const error = await refusalOf(() => checkGraphFile(file));
		expect(error.code).toBe('model_load_failed');
		expect(error.message).toContain(file);
		expect(error.message).toContain(words);
	});
});
