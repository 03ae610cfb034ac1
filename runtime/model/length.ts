import { join } from 'node:path';

import { EmbedError } from '../base/errors';
import { readJsonObject, type JsonObject } from '../base/json-file';

/** Position tables of the RoBERTa line start after the padding id, so that this many positions are not for tokens. */
const RESERVED_POSITIONS: Readonly<Record<string, number>> = { roberta: 2, 'xlm-roberta': 2, camembert: 2 };
/** Tokenizers without a limit write a number near 1e30. */
const NO_LIMIT = 1e9;

/**
 * Tokens a text may have, special tokens included: `max_seq_length` of sentence_bert_config.json, bounded by the
 * positions that config.json says there are; else `model_max_length` of tokenizer_config.json. The truncation block
 * of tokenizer.json is ignored: it holds whatever its author’s last call used.
 * @throws EmbedError `model_unclear`
 */
export function readMaxTokens(folder: string, config: JsonObject): number {
	const type = String(config.model_type ?? '');
	const positions = asLimit(config.max_position_embeddings, -(RESERVED_POSITIONS[type] ?? 0));
	const sentence = asLimit(readJsonObject(join(folder, 'sentence_bert_config.json'))?.max_seq_length);
	const tokenizer = asLimit(readJsonObject(join(folder, 'tokenizer_config.json'))?.model_max_length);
	const limits = [sentence ?? tokenizer, positions].filter((limit) => limit !== null);
	if (limits.length > 0) return Math.min(...limits);
	throw new EmbedError(
		'model_unclear',
		`How long a text may be is not known: add ${join(folder, 'sentence_bert_config.json')} with {"max_seq_length": …} as the model card says`,
	);
}

function asLimit(value: unknown, change = 0): number | null {
	return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < NO_LIMIT ? value + change : null;
}
