import { describe, expect, test } from 'vitest';

import { TextTokenizer, type EncodeOptions } from '../../../../runtime/threads/text-tokenizer';
import { TINY_TOKENIZER, tinyId } from '../../../support/tiny-tokenizer';

const tokenizer = new TextTokenizer(TINY_TOKENIZER, {});
const LIMIT = 16;
const ids = (text: string, options: Partial<EncodeOptions> = {}) => [
	...tokenizer.encode(text, { maxTokens: LIMIT, truncate: 'end', ...options }).ids,
];
const wrapped = (...words: readonly string[]) => ['[CLS]', ...words, '[SEP]'].map(tinyId);
const repeated = (word: string, times: number) => Array.from({ length: times }, () => word);

describe('a text within the limit', () => {
	test('gets the special tokens around it, and neither truncation nor padding of the file', () => {
		expect(ids('Hello parcels, world.')).toEqual(wrapped('hello', 'parcel', '##s', ',', 'world', '.'));
		expect(ids('hello')).toEqual(wrapped('hello'));
	});

	test('is not called cut, up to the last token', () => {
		const exactly = repeated('hello', LIMIT - 2).join(' ');
		expect(tokenizer.encode(exactly, { maxTokens: LIMIT, truncate: 'none' }).truncated).toBe(false);
		expect(tokenizer.encode(`${exactly} hello`, { maxTokens: LIMIT, truncate: 'none' }).truncated).toBe(true);
	});

	test('of nothing but white space is its special tokens', () => {
		expect(ids(' \n')).toEqual(wrapped());
	});
});

describe('a text over the limit', () => {
	const long = ['hello', ...repeated('parcel', 20), 'world'].join(' ');

	test('loses its end and keeps the closing token', () => {
		expect(ids(long)).toEqual(wrapped('hello', ...repeated('parcel', LIMIT - 3)));
	});

	test('loses its start on wish, and keeps the opening token', () => {
		expect(ids(long, { truncate: 'start' })).toEqual(wrapped(...repeated('parcel', LIMIT - 3), 'world'));
	});
});

describe('of a very long text only a part is read, which cannot be seen', () => {
	const sentence = 'Hello world, a parcel of odd words lies here. ';
	const texts: readonly (readonly [string, string])[] = [
		['sentences', sentence.repeat(2_000)],
		['one word without an end', 'a'.repeat(20_000)],
		['much white space', `hello${' '.repeat(30_000)}world`],
		['a word without an end among others', `${sentence}${'b'.repeat(9_000)} ${sentence}`],
		['characters of two units', `${'😀'.repeat(6_001)}hello`],
	];
	const whole = (text: string) => tokenizer.encode(text, { maxTokens: 100_000, truncate: 'end' }).ids.slice(1, -1);

	test.each(texts)('%s', (_, text) => {
		const all = whole(text);
		const room = LIMIT - 2;
		expect(ids(text).slice(1, -1)).toEqual(all.slice(0, room));
		expect(ids(text, { truncate: 'start' }).slice(1, -1)).toEqual(all.slice(-room));
		expect(tokenizer.encode(text, { maxTokens: LIMIT, truncate: 'end' }).truncated).toBe(all.length > room);
	});

	test('a word at whatever place the part ends', () => {
		// Long unknown words without white space are few tokens, so that the end of the part falls among those that are kept.
		const unknown = `.${'ß'.repeat(183)}`.repeat(5);
		for (let lead = 1; lead <= 400; lead++) {
			const text = `${'ß'.repeat(lead)}${unknown}.hello${unknown}`;
			expect(ids(text).slice(1, -1)).toEqual(whole(text).slice(0, LIMIT - 2));
		}
	});
});

test('half of a character is read as the replacement character', () => {
	const plain = new TextTokenizer({ ...TINY_TOKENIZER, normalizer: null }, {});
	const { ids: read } = plain.encode('hello \uD83D world', { maxTokens: LIMIT, truncate: 'end' });
	expect(read).toEqual(wrapped('hello', '\uFFFD', 'world'));
});

describe('the words of special tokens in a text', () => {
	const text = 'hello [SEP] world';

	test('are read as any other words', () => {
		expect(ids(text)).toEqual(wrapped('hello', '[', 's', '##e', '##p', ']', 'world'));
	});

	test('are the tokens on wish', () => {
		const parsing = new TextTokenizer(TINY_TOKENIZER, {}, 'parse');
		expect([...parsing.encode(text, { maxTokens: LIMIT, truncate: 'end' }).ids]).toEqual(
			wrapped('hello', '[SEP]', 'world'),
		);
	});
});

test('a tokenizer that adds nothing leaves the whole limit to the text', () => {
	const bare = new TextTokenizer({ ...TINY_TOKENIZER, post_processor: null }, {});
	const { ids: cut } = bare.encode(repeated('hello', 40).join(' '), { maxTokens: LIMIT, truncate: 'end' });
	expect(cut).toEqual(repeated('hello', LIMIT).map(tinyId));
});
