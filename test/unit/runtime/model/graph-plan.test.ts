import { describe, expect, test } from 'vitest';

import { planGraph, type TensorInfo } from '../../../../runtime/model/graph-plan';
import { refusalOf } from '../../../support/async';
import { modelSpec } from '../../../support/model-spec';

const input = (name: string): TensorInfo => ({ name, type: 'int64', shape: ['batch', 'tokens'] });
const output = (name: string, shape: TensorInfo['shape'], type = 'float32'): TensorInfo => ({ name, type, shape });
const cache = (name: string, shape: TensorInfo['shape'], type = 'float32'): TensorInfo => ({ name, type, shape });

const UNCLEAR = { mode: null, unclear: 'the pooling file is missing' } as const;
const INPUTS = [input('input_ids'), input('attention_mask')];
const HIDDEN = output('last_hidden_state', ['batch', 'tokens', 64]);
const POOLED = output('sentence_embedding', ['batch', 32]);

describe('the output', () => {
	test('is the one named sentence_embedding when there is one', () => {
		const plan = planGraph(modelSpec(), INPUTS, [HIDDEN, POOLED]);
		expect(plan).toMatchObject({ output: 'sentence_embedding', pooling: 'graph', dimensions: 32 });
	});

	test('is pooled by the graph even if the folder does not say how to pool', () => {
		expect(planGraph(modelSpec({ pooling: UNCLEAR }), INPUTS, [POOLED]).pooling).toBe('graph');
	});

	test.each(['last_hidden_state', 'token_embeddings', 'hidden_states'])('may be token vectors called %s', (name) => {
		const plan = planGraph(modelSpec(), INPUTS, [output('logits', [1]), output(name, [-1, -1, 64])]);
		expect(plan).toMatchObject({ output: name, pooling: 'mean', dimensions: 64 });
	});

	test('takes its width from config.json when the graph does not say', () => {
		const plan = planGraph(modelSpec({ dimensions: 48 }), INPUTS, [output('last_hidden_state', ['b', 't', 'd'])]);
		expect(plan.dimensions).toBe(48);
	});

	test('takes its width from the graph when both say', () => {
		expect(planGraph(modelSpec({ dimensions: 48 }), INPUTS, [HIDDEN]).dimensions).toBe(64);
	});

	test('may be of half precision', () => {
		const plan = planGraph(modelSpec(), INPUTS, [output('last_hidden_state', ['b', 't', 64], 'float16')]);
		expect(plan.outputDtype).toBe('float16');
	});
});

describe('the inputs', () => {
	test('are those of the graph, in its order', () => {
		const names = ['attention_mask', 'token_type_ids', 'input_ids', 'position_ids'];
		expect(planGraph(modelSpec(), names.map(input), [HIDDEN]).inputs).toEqual(names);
	});

	test('of a generating graph get an empty cache of the graph’s own shape and type', () => {
		const past = [
			cache('past_key_values.0.key', ['batch', 8, 'past', 16], 'float16'),
			cache('past_key_values.0.value', ['batch', 8, 'past', 16], 'float16'),
		];
		const plan = planGraph(modelSpec(), [...INPUTS, ...past], [HIDDEN]);
		expect(plan.inputs).toEqual(['input_ids', 'attention_mask']);
		expect(plan.emptyCache).toEqual(past.map(({ name }) => ({ name, dtype: 'float16', heads: 8, headDimension: 16 })));
	});

	test('of a cache without numbers in its shape get those of config.json', () => {
		const past = cache('past_key_values.11.key', ['batch', 'heads', 'past', 'width']);
		const plan = planGraph(modelSpec({ kvHeads: 2, headDimension: 128 }), [...INPUTS, past], [HIDDEN]);
		expect(plan.emptyCache).toEqual([{ name: past.name, dtype: 'float32', heads: 2, headDimension: 128 }]);
	});
});

describe('a graph is refused', () => {
	const refused = (
		changes: Parameters<typeof modelSpec>[0],
		inputs: readonly TensorInfo[],
		outputs: readonly TensorInfo[],
	) => refusalOf(() => planGraph(modelSpec(changes), inputs, outputs));

	test.each([
		['with an input that no text model has', {}, [...INPUTS, input('pixel_values')], [HIDDEN], 'pixel_values'],
		['without input_ids', {}, [input('attention_mask')], [HIDDEN], 'input_ids'],
		[
			'without an embedding among its outputs',
			{},
			INPUTS,
			[output('logits', [1, 9]), output('present.0.key', [1])],
			'only logits;',
		],
		['with outputs of whole numbers', {}, INPUTS, [output('last_hidden_state', [1, 1, 64], 'int8')], 'int8'],
		[
			'of which nobody knows the width',
			{ dimensions: null },
			INPUTS,
			[output('last_hidden_state', ['b', 't', 'd'])],
			'hidden_size',
		],
		['of which nobody knows the pooling', { pooling: UNCLEAR }, INPUTS, [HIDDEN], 'the pooling file is missing'],
		[
			'with a cache of unknown shape',
			{},
			[...INPUTS, cache('past_key_values.0.key', ['b', 'h', 'p', 'w'])],
			[HIDDEN],
			'num_key_value_heads',
		],
	])('%s', async (_, changes, inputs, outputs, words) => {
		const error = await refused(changes, inputs, outputs);
		expect(error.code).toBe('model_unclear');
		expect(error.message).toContain(words);
	});
});
