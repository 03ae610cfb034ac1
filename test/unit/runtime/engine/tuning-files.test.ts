import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { silentLogger } from '../../../../runtime/base/logger';
import { TuningFiles, tuningKey } from '../../../../runtime/engine/tuning-files';
import { modelSpec } from '../../../support/model-spec';
import { tempFolder } from '../../../support/temp-folder';

const TUNING = {
	quick: [{ tokens: 256, msPerToken: 0.2, runs: 9 }],
	bulk: [],
	selfTest: { exact: false, lowestCosine: 0.95 },
	workerBytes: 150_000_000,
};
const SHAPE = { quickThreads: 2, bulkWorkers: 2, bulkThreads: 1 };

test('what one host wrote, the next reads', () => {
	const folder = tempFolder();
	new TuningFiles(folder, '1.2.3', silentLogger).write('key', TUNING);
	expect(new TuningFiles(folder, '1.2.3', silentLogger).read('key')).toEqual(TUNING);
	expect(readdirSync(join(folder, 'tuning', '1.2.3'))).toEqual(['key.json']);
});

test('nothing is known of another model', () => {
	expect(new TuningFiles(tempFolder(), '1.2.3', silentLogger).read('key')).toEqual({
		quick: [],
		bulk: [],
		selfTest: null,
		workerBytes: null,
	});
});

test.each([
	['is not JSON', '{'],
	['is of another kind', '[1, 2]'],
	[
		'holds nonsense',
		'{"quick": [{"tokens": -1, "msPerToken": 1, "runs": 1}, 7, null], "bulk": "fast", "selfTest": {"exact": "yes"}, "workerBytes": -1}',
	],
])('a file that %s counts as nothing', (_, text) => {
	const folder = tempFolder();
	mkdirSync(join(folder, 'tuning', '1.2.3'), { recursive: true });
	writeFileSync(join(folder, 'tuning', '1.2.3', 'key.json'), text);
	const {
		quick = [],
		bulk = [],
		selfTest = null,
		workerBytes = null,
	} = new TuningFiles(folder, '1.2.3', silentLogger).read('key');
	expect([...quick, ...bulk, selfTest, workerBytes]).toEqual([null, null]);
});

test('a folder that cannot be written costs nothing but the measurement', () => {
	const folder = join(tempFolder(), 'file');
	writeFileSync(folder, '');
	const files = new TuningFiles(folder, '1.2.3', silentLogger);
	expect(() => files.write('key', TUNING)).not.toThrow();
	expect(files.read('key')).toEqual({});
});

test('another model file, revision or number of threads is measured by itself', () => {
	const keys = [
		tuningKey(modelSpec(), SHAPE),
		tuningKey(modelSpec({ revision: 'r2' }), SHAPE),
		tuningKey(modelSpec({ graphFile: '/models/fake/onnx/model_fp16.onnx' }), SHAPE),
		tuningKey(modelSpec(), { ...SHAPE, quickThreads: 4 }),
	];
	expect(new Set(keys).size).toBe(keys.length);
	expect(tuningKey(modelSpec(), SHAPE)).toBe(keys[0]);
});
