import { join } from 'node:path';

import { expect, test } from 'vitest';

import { graphBytes } from '../../../../runtime/model/graph-bytes';
import { tempFolder } from '../../../support/temp-folder';

test('a graph and the weights beside it are counted, and no other file', () => {
	const folder = tempFolder({
		'onnx/model.onnx': 'x'.repeat(10),
		'onnx/model.onnx_data': 'x'.repeat(200),
		'onnx/model_fp16.onnx': 'x'.repeat(3_000),
	});
	expect(graphBytes(join(folder, 'onnx', 'model.onnx'))).toBe(210);
});

test('a file that is not there has none', () => {
	expect(graphBytes(join(tempFolder(), 'model.onnx'))).toBe(0);
});
