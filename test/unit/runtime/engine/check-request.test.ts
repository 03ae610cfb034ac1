import { describe, expect, test } from 'vitest';

import type { EmbedRequest } from '../../../../runtime/base/provider';
import { checkDimensions, checkRequest } from '../../../../runtime/engine/check-request';
import { refusalOf } from '../../../support/async';
import { modelSpec } from '../../../support/model-spec';

const SPEC = modelSpec({ maxTokens: 4, vocabularySize: 100 });
const refused = (request: EmbedRequest, width: number | null = 64) =>
	refusalOf(() => checkRequest(request, SPEC, width));

test.each<[string, EmbedRequest]>([
	['texts', { inputs: ['a', ' b '] }],
	['token ids', { inputs: [[0, 99], [1]] }],
	['more ids than the limit, which are cut', { inputs: [[1, 2, 3, 4, 5]] }],
	['the smallest dimension', { inputs: ['a'], dimensions: 32 }],
	['the whole width', { inputs: ['a'], dimensions: 64 }],
])('lets %s pass', (_, request) => {
	expect(() => checkRequest(request, SPEC, 64)).not.toThrow();
});

test('lets an instruction pass where the model has a template', () => {
	const prompts = { ...SPEC.prompts, instruction: { before: 'Instruct: ', after: '\nQuery:' } };
	expect(() => checkRequest({ inputs: ['a'], instruction: 'Task' }, { ...SPEC, prompts }, 64)).not.toThrow();
});

test.each<[string, EmbedRequest, object, string]>([
	['no input', { inputs: [] }, { code: 'empty_input', param: 'input' }, 'empty list'],
	['an empty text', { inputs: [''] }, { code: 'empty_input', param: 'input' }, '`input`: '],
	['white space', { inputs: ['a', ' \n\t'] }, { code: 'empty_input', param: 'input[1]' }, '`input[1]`: '],
	['an empty list of ids', { inputs: [[1], []] }, { code: 'empty_input', param: 'input[1]' }, 'token ids'],
	[
		'an id beyond the vocabulary',
		{ inputs: [[1, 100]] },
		{ code: 'invalid_request', param: 'input' },
		'100 is not from 0 to 99',
	],
	['an id below zero', { inputs: [[-1]] }, { code: 'invalid_request', param: 'input' }, '-1'],
	['half an id', { inputs: [[1.5]] }, { code: 'invalid_request', param: 'input' }, '1.5'],
	[
		'too many ids that may not be cut',
		{ inputs: [[1, 2, 3, 4, 5]], truncate: 'none' },
		{ code: 'input_too_long', param: 'input' },
		'4 tokens',
	],
	[
		'an instruction without a template',
		{ inputs: ['a'], instruction: 'Task' },
		{ code: 'unsupported_instruction', param: 'instruction' },
		'no instruction',
	],
])('refuses %s', async (_, request, expected, words) => {
	const error = await refused(request);
	expect(error).toMatchObject(expected);
	expect(error.message).toContain(words);
});

test('names every input at fault, each with its own reason', async () => {
	const error = await refused({ inputs: ['a', '', 'b', ' '] });
	expect(error.items?.map(({ index, code }) => [index, code])).toEqual([
		[1, 'empty_input'],
		[3, 'empty_input'],
	]);
	expect(error.message).toContain('and 1 more of the 4 inputs');
});

describe('dimensions', () => {
	test.each([31, 0, -1, 65, 32.5, Number.NaN])('of %d are refused for a width of 64', async (dimensions) => {
		const error = await refusalOf(() => checkDimensions(dimensions, 64));
		expect(error).toMatchObject({ code: 'invalid_request', param: 'dimensions' });
		expect(error.message).toContain(`from 32 to 64, not ${dimensions}`);
	});

	test('have only their lower bound while the width is not known', async () => {
		expect(() => checkDimensions(4_096, null)).not.toThrow();
		expect((await refusalOf(() => checkDimensions(31, null))).message).toContain('the model’s width');
	});
});
