import { expect, test } from 'vitest';

import { familyOf } from '../../../../runtime/model/families';

test.each([
	['qwen3', ['Qwen/Qwen3-Embedding-0.6B'], 'Qwen3-Embedding'],
	['bert', ['intfloat/e5-small-v2'], 'E5'],
	['xlm-roberta', ['intfloat/multilingual-e5-large'], 'E5'],
	['bert', ['my-model', 'intfloat/e5-base'], 'E5'],
	['bert', ['BAAI/bge-small-en-v1.5'], 'BGE v1.5 English'],
])('a %s called %j is of the family %s', (type, ids, name) => {
	expect(familyOf(type, ids)?.name).toBe(name);
});

test.each([
	['bert', ['sentence-transformers/all-MiniLM-L6-v2']],
	['xlm-roberta', ['BAAI/bge-m3']],
	[null, ['', 'some-e55-small']],
])('a %s called %j is of none', (type, ids) => {
	expect(familyOf(type, ids)).toBeNull();
});

test('the instruction models of the E5 line do not get the prefixes of the others', () => {
	expect(familyOf('xlm-roberta', ['intfloat/multilingual-e5-large-instruct'])?.prompts?.document ?? '').toBe('');
});
