import { ERRORS, type ErrorCode, type ErrorRow, type ItemError } from '../../base/errors';
import { COUNT, listOf, objectOf, TEXT, type JsonSchema } from './json-schema';

/** What is refused before a route sees the request: by its address, caller, head, or pace. */
const BY_ANY_ROUTE: readonly ErrorCode[] = [
	'invalid_request',
	'caller_not_allowed',
	'request_timeout',
	'headers_too_large',
	'internal',
];
const WITHOUT_KEY: readonly ErrorCode[] = ['missing_api_key', 'invalid_api_key'];
const OF_A_BODY: readonly ErrorCode[] = ['payload_too_large', 'unsupported_media_type'];

const rows: Readonly<Record<ErrorCode, ErrorRow>> = ERRORS;

const HEADERS: Readonly<Record<number, JsonSchema>> = {
	401: { 'www-authenticate': { description: 'Always `Bearer`.', schema: { const: 'Bearer' } } },
	429: retryAfter(),
	503: retryAfter(),
};

function retryAfter(): JsonSchema {
	return { 'retry-after': { description: 'Seconds after which a retry makes sense, if known.', schema: COUNT } };
}

/** OpenAI’s nested error object. */
export const ERROR_SCHEMA = {
	type: 'object',
	required: ['error'],
	properties: {
		error: {
			type: 'object',
			required: ['message', 'type', 'param', 'code'],
			properties: {
				message: TEXT,
				type: { enum: [...new Set(Object.values(rows).map(({ type }) => type))] },
				param: { type: ['string', 'null'], description: 'The request field at fault.' },
				code: { enum: Object.keys(ERRORS) },
				items: {
					...listOf(objectOf<ItemError>({ index: COUNT, code: { enum: Object.keys(ERRORS) }, message: TEXT })),
					description: 'Every input at fault, where the others would have succeeded.',
				},
			},
		},
	},
} as const satisfies JsonSchema;

/** The refusals of a route by status, as the table of errors has them. */
export function errorAnswers(
	codes: readonly ErrorCode[],
	{ isOpen, hasBody }: { readonly isOpen: boolean; readonly hasBody: boolean },
): Record<string, JsonSchema> {
	const all = new Set([...BY_ANY_ROUTE, ...(isOpen ? [] : WITHOUT_KEY), ...(hasBody ? OF_A_BODY : []), ...codes]);
	const answers: Record<string, JsonSchema> = {};
	for (const status of [...new Set([...all].map((code) => rows[code].status))].sort((a, b) => a - b)) {
		const meanings = [...all]
			.filter((code) => rows[code].status === status)
			.map((code) => `\`${code}\`: ${rows[code].meaning}`);
		answers[status] = {
			description: meanings.join(' '),
			...(HEADERS[status] && { headers: HEADERS[status] }),
			content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
		};
	}
	return answers;
}
