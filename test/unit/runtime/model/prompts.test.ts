import { describe, expect, test } from 'vitest';

import { familyOf } from '../../../../runtime/model/families';
import { applyPrompt, readPrompts, type Prompts } from '../../../../runtime/model/prompts';
import { refusalOf } from '../../../support/async';
import { tempFolder } from '../../../support/temp-folder';

const E5 = familyOf('bert', ['intfloat/e5-small-v2']);
const QWEN = familyOf('qwen3', []);
const own = (prompts: unknown) => tempFolder({ 'config_sentence_transformers.json': { prompts } });

describe('readPrompts', () => {
	test.each([
		['query and document', { query: 'q: ', document: 'd: ' }],
		['query and passage', { query: 'q: ', passage: 'd: ' }],
		['search_query and search_document', { search_query: 'q: ', search_document: 'd: ' }],
		['query and corpus', { query: 'q: ', corpus: 'd: ' }],
	])('knows the names %s', (_, prompts) => {
		expect(readPrompts(own(prompts), null)).toMatchObject({ query: 'q: ', document: 'd: ', instruction: null });
	});

	test('takes an empty document prompt as it is', () => {
		expect(readPrompts(own({ query: 'q: ', document: '', passage: 'd: ' }), null).document).toBe('');
	});

	test('prefers the folder’s own to the family’s', () => {
		expect(readPrompts(own({ query: 'own: ' }), E5)).toMatchObject({ query: 'own: ', document: '' });
	});

	test.each([
		['missing', tempFolder],
		['without prompts', () => tempFolder({ 'config_sentence_transformers.json': { similarity_fn_name: 'cosine' } })],
		['with an empty list of prompts', () => own({})],
	])('takes the family’s when the file is %s', (_, folder) => {
		expect(readPrompts(folder(), E5)).toMatchObject({
			query: 'query: ',
			document: 'passage: ',
			source: 'the E5 family',
		});
	});

	test('has none when nobody says any', () => {
		expect(readPrompts(tempFolder(), null)).toMatchObject({ query: '', document: '', instruction: null });
	});

	test.each([
		['without a space at its end', 'Instruct: Find the answer\nQuery:', '\nQuery:'],
		['with a space at its end', 'Instruct: Find the answer\nQuery: ', '\nQuery: '],
		['of several lines', 'Instruct: Find\nthe answer\nQuery:', '\nQuery:'],
	])('finds the instruction template %s', (_, query, after) => {
		expect(readPrompts(own({ query }), null).instruction).toEqual({ before: 'Instruct: ', after });
	});

	test.each(['query: ', 'Instruct: Find the answer', 'Please Instruct: x\nQuery:'])(
		'sees no template in %j',
		(query) => {
			expect(readPrompts(own({ query }), null).instruction).toBeNull();
		},
	);
});

describe('applyPrompt', () => {
	const qwen = readPrompts('/no/such/folder', QWEN);
	const plain: Prompts = { query: 'query: ', document: 'passage: ', instruction: null, source: 'a test' };

	test.each([
		['a document', plain, 'document', undefined, 'passage: x'],
		['a query', plain, 'query', undefined, 'query: x'],
		['a document of an instruction model', qwen, 'document', undefined, 'x'],
		['a document, whatever the instruction', qwen, 'document', 'Task', 'x'],
		['a query with an instruction', qwen, 'query', 'Task', 'Instruct: Task\nQuery:x'],
	] as const)('writes %s', (_, prompts, role, instruction, expected) => {
		expect(applyPrompt(prompts, 'x', role, instruction)).toBe(expected);
	});

	test('writes a query without an instruction with the model’s own', () => {
		expect(applyPrompt(qwen, 'x', 'query')).toMatch(/^Instruct: .+\nQuery:x$/);
	});

	test('refuses an instruction that the model has no template for', async () => {
		const error = await refusalOf(() => applyPrompt(plain, 'x', 'query', 'Task'));
		expect(error).toMatchObject({ code: 'unsupported_instruction', param: 'instruction' });
	});
});
