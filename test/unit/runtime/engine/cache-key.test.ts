import { expect, test } from 'vitest';

import { CacheKeys } from '../../../../runtime/engine/cache-key';
import type { ModelSpec } from '../../../../runtime/model/folder';
import { modelSpec } from '../../../support/model-spec';

const keys = new CacheKeys(modelSpec());

test('the same text has the same key, also from another instance', () => {
	expect(keys.ofText('a', 'end')).toBe(keys.ofText('a', 'end'));
	expect(new CacheKeys(modelSpec()).ofText('a', 'end')).toBe(keys.ofText('a', 'end'));
	expect(keys.ofIds(Int32Array.of(1, 2))).toBe(keys.ofIds(Int32Array.of(1, 2)));
});

test('a key is 16 characters of one byte each', () => {
	for (const key of [keys.ofText('ä', 'end'), keys.ofIds(Int32Array.of(1))]) {
		expect(key).toHaveLength(16);
		expect(Buffer.from(key, 'latin1').toString('latin1')).toBe(key);
	}
});

test.each<[string, Partial<ModelSpec>]>([
	['revision', { revision: 'r2' }],
	['graph file', { graphFile: '/models/fake/onnx/model_q4.onnx' }],
	['pooling', { pooling: { mode: 'cls', source: 'a test' } }],
	['length limit', { maxTokens: 64 }],
])('another %s has another key', (_, changes) => {
	const other = new CacheKeys(modelSpec(changes));
	expect(other.ofText('a', 'end')).not.toBe(keys.ofText('a', 'end'));
	expect(other.ofIds(Int32Array.of(1))).not.toBe(keys.ofIds(Int32Array.of(1)));
});

test('whatever else is asked has a key of its own', () => {
	const all = [
		keys.ofText('a', 'end'),
		keys.ofText('a', 'start'),
		keys.ofText('a', 'none'),
		keys.ofText('b', 'end'),
		keys.ofText('', 'end'),
		keys.ofIds(Int32Array.of(97)),
		keys.ofIds(Int32Array.of(97, 0)),
		keys.ofIds(Int32Array.of()),
	];
	expect(new Set(all).size).toBe(all.length);
});

test('ids are told apart by their own part of a shared buffer', () => {
	const shared = Int32Array.of(1, 2, 3);
	expect(keys.ofIds(shared.subarray(1))).toBe(keys.ofIds(Int32Array.of(2, 3)));
});
