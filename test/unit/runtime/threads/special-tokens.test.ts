import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../runtime/base/json-file';
import { readSpecialTokensAsText, readWrapping } from '../../../../runtime/threads/special-tokens';
import { refusalOf } from '../../../support/async';

const special = (...names: readonly string[]) => names.map((id) => ({ SpecialToken: { id, type_id: 0 } }));
const TEXT = { Sequence: { id: 'A', type_id: 0 } };
const template = (...single: readonly unknown[]) => ({
	type: 'TemplateProcessing',
	single,
	special_tokens: { '<s>': { ids: [0] }, '</s>': { ids: [2] }, '<two>': { ids: [8, 9] } },
});
const BYTE_LEVEL = { type: 'ByteLevel', trim_offsets: true };
const ROBERTA = { type: 'RobertaProcessing', cls: ['<s>', 0], sep: ['</s>', 2] };
const sequence = (...processors: readonly unknown[]) => ({ type: 'Sequence', processors });

describe('readWrapping', () => {
	test.each([
		['no post-processor', null, [], []],
		['a byte-level one', BYTE_LEVEL, [], []],
		['a template', template(...special('<s>'), TEXT, ...special('</s>')), [0], [2]],
		['a template that only closes', template(TEXT, ...special('</s>')), [], [2]],
		['a template of several tokens', template(...special('<two>', '<s>'), TEXT), [8, 9, 0], []],
		['a RoBERTa', ROBERTA, [0], [2]],
		['a BERT', { type: 'BertProcessing', cls: ['[CLS]', 101], sep: ['[SEP]', 102] }, [101], [102]],
		['a sequence', sequence(BYTE_LEVEL, template(TEXT, ...special('</s>'))), [], [2]],
		[
			'a sequence that wraps twice, the later outside',
			sequence(template(TEXT, ...special('</s>')), ROBERTA),
			[0],
			[2, 2],
		],
		['a sequence of none', sequence(), [], []],
	])('reads %s', (_, processor, before, after) => {
		expect(readWrapping({ post_processor: processor })).toEqual({ before, after });
	});

	test.each([
		['a kind that is not known', { type: 'Mystery' }, 'Mystery'],
		['a template without a text', template(...special('<s>')), 'no place for the text'],
		['a template with a token it does not list', template(...special('<x>'), TEXT), '<x>'],
		['a RoBERTa without ids', { type: 'RobertaProcessing', cls: 'x', sep: ['</s>', 2] }, 'no token id'],
	])('refuses %s', async (_, processor, words) => {
		const error = await refusalOf(() => readWrapping({ post_processor: processor }));
		expect(error.code).toBe('model_unclear');
		expect(error.message).toContain(words);
	});
});

describe('readSpecialTokensAsText', () => {
	const added = [
		{ id: 0, content: '<s>', special: true },
		{ id: 1, content: '<unk>', special: true },
		{ id: 3, content: '<tool>', special: false },
	];

	test('hides the words of special tokens in a vocabulary by name, save the unknown token', () => {
		const vocab = { '<s>': 0, '<unk>': 1, hello: 2, '<tool>': 3 };
		const read = readSpecialTokensAsText({ added_tokens: added, model: { type: 'BPE', unk_token: '<unk>', vocab } });
		const words = Object.entries((read.model as JsonObject).vocab as Record<string, number>);
		expect(words.filter(([, id]) => id > 0)).toEqual([
			['<unk>', 1],
			['hello', 2],
			['<tool>', 3],
		]);
		expect(words.find(([, id]) => id === 0)?.[0]).not.toContain('<s>');
	});

	test('hides them in a vocabulary by place, and moves no id', () => {
		const vocab = [
			['<s>', 0],
			['<unk>', 0],
			['hello', -1],
			['<tool>', -2],
		];
		const read = readSpecialTokensAsText({ added_tokens: added, model: { type: 'Unigram', unk_id: 1, vocab } });
		const pieces = (read.model as JsonObject).vocab as [string, number][];
		expect(pieces.slice(2)).toEqual([
			['hello', -1],
			['<tool>', -2],
		]);
		expect(pieces[0]![0]).not.toContain('<s>');
		expect(pieces.map(([, score]) => score)).toEqual([0, 0, -1, -2]);
	});

	test('takes special tokens out of those that are matched first, and leaves the others', () => {
		const read = readSpecialTokensAsText({ added_tokens: added, model: { vocab: {} } });
		expect(read.added_tokens).toEqual([added[2]]);
	});

	test('leaves the original alone', () => {
		const original = { added_tokens: added, model: { vocab: { '<s>': 0 } } };
		const before = structuredClone(original);
		readSpecialTokensAsText(original);
		expect(original).toEqual(before);
	});
});
