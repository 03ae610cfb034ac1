import { join } from 'node:path';

import { expect, test } from 'vitest';

import { weightBytes } from '../../../../runtime/model/weight-bytes';
import { tempFolder } from '../../../support/temp-folder';

test('a graph’s weights are its own bytes and those of its data files, not its neighbours’', () => {
	const folder = tempFolder({
		'model.onnx': 'g'.repeat(10),
		'model.onnx_data': 'd'.repeat(100),
		'model.onnx_data_1': 'd'.repeat(1_000),
		'model_fp16.onnx': 'n'.repeat(5),
		'model_fp16.onnx_data': 'n'.repeat(5),
	});
	expect(weightBytes(join(folder, 'model.onnx'))).toBe(1_110);
	expect(weightBytes(join(folder, 'gone', 'model.onnx'))).toBe(0);
});

test('a graph and the weights beside it are counted, and no other file', () => {
	const folder = tempFolder({
		'onnx/model.onnx': 'x'.repeat(10),
		'onnx/model.onnx_data': 'x'.repeat(200),
		'onnx/model_fp16.onnx': 'x'.repeat(3_000),
	});
	expect(weightBytes(join(folder, 'onnx', 'model.onnx'))).toBe(210);
});

test('a file that is not there has none', () => {
	expect(weightBytes(join(tempFolder(), 'model.onnx'))).toBe(0);
});
