import { describe, expect, test } from 'vitest';

import type { GraphPlan } from '../../../../runtime/model/graph-plan';
import { toBatch } from '../../../../runtime/session/batch';
import { buildFeeds } from '../../../../runtime/session/feeds';

const plan = (changes: Partial<GraphPlan>): GraphPlan => ({
	inputs: ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'],
	emptyCache: [],
	output: 'last_hidden_state',
	outputDtype: 'float32',
	pooling: 'mean',
	dimensions: 4,
	...changes,
});
const RAGGED = toBatch([[7, 8, 9], [5]]);

function numbersOf(name: string, width: number): number[] {
	return Array.from(buildFeeds(plan({}), RAGGED, width)[name]!.data as BigInt64Array, Number);
}

describe('rows are padded on their right', () => {
	test.each([
		['input_ids', 3, [7, 8, 9, 5, 0, 0]],
		['attention_mask', 3, [1, 1, 1, 1, 0, 0]],
		['token_type_ids', 3, [0, 0, 0, 0, 0, 0]],
		['position_ids', 3, [0, 1, 2, 0, 1, 2]],
		['input_ids', 4, [7, 8, 9, 0, 5, 0, 0, 0]],
		['attention_mask', 4, [1, 1, 1, 0, 1, 0, 0, 0]],
	])('%s to %i tokens', (name, width, expected) => {
		expect(numbersOf(name, width)).toEqual(expected);
		expect(buildFeeds(plan({}), RAGGED, width)[name]).toMatchObject({ dtype: 'int64', dims: [2, width] });
	});
});

test('only what the graph asks for is fed', () => {
	const feeds = buildFeeds(plan({ inputs: ['input_ids'] }), RAGGED, 3);
	expect(Object.keys(feeds)).toEqual(['input_ids']);
});

test('a cache is fed empty, of the graph’s own type', () => {
	const emptyCache = [
		{ name: 'past_key_values.0.key', dtype: 'float32', heads: 8, headDimension: 16 },
		{ name: 'past_key_values.0.value', dtype: 'float16', heads: 8, headDimension: 16 },
	] as const;
	const feeds = buildFeeds(plan({ emptyCache }), RAGGED, 3);
	expect(feeds['past_key_values.0.key']).toEqual({ dtype: 'float32', data: new Float32Array(0), dims: [2, 8, 0, 16] });
	expect(feeds['past_key_values.0.value']).toEqual({ dtype: 'float16', data: new Uint16Array(0), dims: [2, 8, 0, 16] });
});
