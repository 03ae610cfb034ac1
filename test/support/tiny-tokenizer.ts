import type { JsonObject } from '../../runtime/base/json-file';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const WORDS = ['hello', 'world', 'parcel', '##s', '[', ']', '.', ',', '\uFFFD'];

/** A WordPiece vocabulary: any Latin word falls into letters at worst. */
export const TINY_VOCABULARY: Readonly<Record<string, number>> = Object.fromEntries(
	[...new Set([...SPECIAL, ...WORDS, ...LETTERS, ...Array.from(LETTERS, (letter) => `##${letter}`)])].map(
		(word, id) => [word, id],
	),
);

export const tinyId = (word: string): number => TINY_VOCABULARY[word]!;

/** The tokenizer.json of a small BERT. */
export const TINY_TOKENIZER: JsonObject = {
	version: '1.0',
	truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
	padding: { strategy: { Fixed: 4 }, direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' },
	added_tokens: SPECIAL.map((content, id) => ({
		id,
		content,
		special: true,
		single_word: false,
		lstrip: false,
		rstrip: false,
		normalized: false,
	})),
	normalizer: {
		type: 'BertNormalizer',
		clean_text: true,
		handle_chinese_chars: true,
		strip_accents: null,
		lowercase: true,
	},
	pre_tokenizer: { type: 'BertPreTokenizer' },
	post_processor: {
		type: 'TemplateProcessing',
		single: [
			{ SpecialToken: { id: '[CLS]', type_id: 0 } },
			{ Sequence: { id: 'A', type_id: 0 } },
			{ SpecialToken: { id: '[SEP]', type_id: 0 } },
		],
		pair: [],
		special_tokens: {
			'[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
			'[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
		},
	},
	decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
	model: {
		type: 'WordPiece',
		unk_token: '[UNK]',
		continuing_subword_prefix: '##',
		max_input_chars_per_word: 100,
		vocab: TINY_VOCABULARY,
	},
};
