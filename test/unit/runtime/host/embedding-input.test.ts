import { expect, test } from 'vitest';

import { MAX_INPUTS, parseInput } from '../../../../runtime/host/embedding-input';
import { refusalOf } from '../../../support/async';

test.each<[string, unknown, unknown]>([
	['a text', 'a', ['a']],
	['an empty text, which the model’s own check refuses', '', ['']],
	['texts', ['a', 'b'], ['a', 'b']],
	['no texts, which the model’s own check refuses', [], []],
	['the token ids of one text', [1, 2], [[1, 2]]],
	['the token ids of several', [[1, 2], [3]], [[1, 2], [3]]],
])('reads %s', (_, input, expected) => {
	expect(parseInput(input)).toEqual(expected);
});

test.each<[string, unknown, string, string]>([
	['null', null, 'input', 'null'],
	['a number', 7, 'input', 'a number'],
	['an object', { text: 'a' }, 'input', 'an object'],
	['a list of objects', [{ text: 'a' }], 'input[0]', 'an object'],
	['null among texts', ['a', null], 'input[1]', 'null'],
	['ids among texts', ['a', [1]], 'input[1]', 'a list'],
	['a text among lists of ids', [[1], 'a'], 'input[1]', 'a string'],
	['a text among ids', [1, 'a'], 'input[1]', 'a string'],
	['half an id', [1, 1.5], 'input[1]', 'whole number'],
	['null among the ids of a list', [[1], [2, null]], 'input[1][1]', 'null'],
])('refuses %s and names the place', async (_, input, param, words) => {
	const error = await refusalOf(() => parseInput(input));
	expect(error).toMatchObject({ code: 'invalid_request', param });
	expect(error.message).toContain(`\`${param}\``);
	expect(error.message).toContain(words);
});

test('takes as many texts as the limit and not one more', async () => {
	const texts = Array.from({ length: MAX_INPUTS }, () => 'a');
	expect(parseInput(texts)).toHaveLength(MAX_INPUTS);
	expect(await refusalOf(() => parseInput([...texts, 'a']))).toMatchObject({ code: 'too_many_inputs', param: 'input' });
	expect(await refusalOf(() => parseInput([...texts, 'a'].map(() => [1])))).toMatchObject({
		code: 'too_many_inputs',
		param: 'input',
	});
});

test('one text may have more token ids than a request texts', () => {
	expect(parseInput(Array.from({ length: MAX_INPUTS + 1 }, () => 1))).toHaveLength(1);
});
