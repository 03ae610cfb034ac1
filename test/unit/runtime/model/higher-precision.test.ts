import { join } from 'node:path';

import { expect, test } from 'vitest';

import { inHigherPrecision } from '../../../../runtime/model/higher-precision';
import { modelSpec } from '../../../support/model-spec';
import { tempFolder } from '../../../support/temp-folder';

const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';

test.each<[string, string, Record<string, string>, boolean]>([
	['of a smaller file is the whole one beside it', 'model_q4.onnx', { 'model.onnx': 'x' }, true],
	['of the whole file is none', 'model.onnx', { 'model.onnx': 'x' }, false],
	['of a file that lies alone is none', 'model_q4.onnx', {}, false],
	['is none when the file is a stand-in for the real one', 'model_q4.onnx', { 'model.onnx': POINTER }, false],
	['is none when the file is empty', 'model_q4.onnx', { 'model.onnx': '' }, false],
])('higher precision %s', (_, name, files, isThere) => {
	const folder = tempFolder(files);
	const spec = modelSpec({ graphFile: join(folder, name) });
	expect(inHigherPrecision(spec)).toEqual(isThere ? { ...spec, graphFile: join(folder, 'model.onnx') } : null);
});
