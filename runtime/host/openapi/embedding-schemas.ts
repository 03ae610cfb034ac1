import type { OperationAnswer } from './operation';
import { COUNT, listOf, NUMBER, TEXT, type JsonSchema } from './json-schema';
import { MAX_INPUTS } from '../embedding-input';

const TOKEN_IDS: JsonSchema = { ...listOf(COUNT), minItems: 1 };
/** Not only white space. */
const SOME_TEXT: JsonSchema = { type: 'string', pattern: '\\S' };

/** OpenAI’s four forms of `input`, which the host checks in clearer words than a schema’s. */
export const INPUT_SCHEMA: JsonSchema = {
	description: 'A text, texts, the token ids of one text, or those of several.',
	anyOf: [
		SOME_TEXT,
		{ ...listOf(SOME_TEXT), minItems: 1, maxItems: MAX_INPUTS },
		TOKEN_IDS,
		{ ...listOf(TOKEN_IDS), minItems: 1, maxItems: MAX_INPUTS },
	],
};

const milliseconds = (description: string) => ({ type: 'string', pattern: '^\\d+\\.\\d\\d$', description }) as const;

export const EMBEDDINGS: OperationAnswer = {
	description: 'One vector for each input, in the inputs’ order.',
	name: 'Embeddings',
	schema: {
		type: 'object',
		required: ['object', 'data', 'model', 'usage'],
		properties: {
			object: { const: 'list' },
			data: listOf({
				type: 'object',
				required: ['object', 'index', 'embedding'],
				properties: {
					object: { const: 'embedding' },
					index: COUNT,
					embedding: {
						anyOf: [listOf(NUMBER), TEXT],
						description: 'Numbers, or with `encoding_format: base64` their bytes, little-endian.',
					},
					cached: { const: true, description: 'Only where the vector was not computed anew.' },
				},
			}),
			model: TEXT,
			usage: {
				type: 'object',
				required: ['prompt_tokens', 'total_tokens', 'prompt_tokens_details'],
				properties: {
					prompt_tokens: COUNT,
					total_tokens: COUNT,
					prompt_tokens_details: {
						type: 'object',
						required: ['cached_tokens'],
						properties: { cached_tokens: COUNT },
					},
				},
			},
		},
	},
	headers: {
		'x-queue-time-ms': milliseconds('How long the slowest input waited for a worker.'),
		'x-tokenize-time-ms': milliseconds('How long the slowest input took to become token ids.'),
		'x-inference-time-ms': milliseconds('How long the slowest input’s batch ran.'),
		'x-total-time-ms': milliseconds('From the request’s arrival to its last vector.'),
	},
};

/** A field may be null, which says the same as leaving it out. */
export function withNulls(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
	return Object.fromEntries(
		Object.entries(properties).map(([name, schema]) => [
			name,
			Array.isArray(schema.enum)
				? { ...schema, enum: [...(schema.enum as unknown[]), null] }
				: { ...schema, type: [schema.type, 'null'] },
		]),
	);
}
