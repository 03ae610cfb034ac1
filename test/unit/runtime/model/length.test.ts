import { expect, test } from 'vitest';

import { readMaxTokens } from '../../../../runtime/model/length';
import { refusalOf } from '../../../support/async';
import { tempFolder } from '../../../support/temp-folder';

const folder = (sentence?: unknown, tokenizer?: unknown) =>
	tempFolder({
		'sentence_bert_config.json': sentence === undefined ? undefined : { max_seq_length: sentence },
		'tokenizer_config.json': tokenizer === undefined ? undefined : { model_max_length: tokenizer },
		// Must not count: it holds whatever its author’s last call used.
		'tokenizer.json': { truncation: { max_length: 4 } },
	});

test.each([
	['max_seq_length over model_max_length', 256, 512, {}, 256],
	['max_seq_length bounded by the positions', 1_024, undefined, { max_position_embeddings: 512 }, 512],
	['model_max_length where there is no max_seq_length', undefined, 384, {}, 384],
	['model_max_length where max_seq_length is null', null, 384, {}, 384],
	['model_max_length bounded by the positions', undefined, 131_072, { max_position_embeddings: 32_768 }, 32_768],
	['the positions alone', undefined, undefined, { max_position_embeddings: 512 }, 512],
	['the positions where model_max_length says no limit', undefined, 1e30, { max_position_embeddings: 512 }, 512],
	[
		'positions without the reserved ones',
		undefined,
		undefined,
		{ model_type: 'xlm-roberta', max_position_embeddings: 514 },
		512,
	],
	['all positions of a BERT', undefined, undefined, { model_type: 'bert', max_position_embeddings: 514 }, 514],
])('takes %s', (_, sentence, tokenizer, config, expected) => {
	expect(readMaxTokens(folder(sentence, tokenizer), config)).toBe(expected);
});

test.each([
	['nothing says a limit', undefined, undefined],
	['the only limit is the number that means none', undefined, 1e30],
	['the only limit is no number', '512', undefined],
	['the only limit is zero', 0, undefined],
])('is refused when %s', async (_, sentence, tokenizer) => {
	const error = await refusalOf(() => readMaxTokens(folder(sentence, tokenizer), {}));
	expect(error.code).toBe('model_unclear');
	expect(error.message).toContain('sentence_bert_config.json');
});
