import type { FastifyError, FastifyReply } from 'fastify';

import { EmbedError, toEmbedError } from '../base/errors';

/** Any thrown value as a refusal, with the headers that go with its status. */
export function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
	const error = fromFastify(thrown) ?? toEmbedError(thrown);
	const { retryAfterS = NaN } = error;
	// Whole seconds, and never none: zero would invite everybody back at once.
	if (Number.isFinite(retryAfterS)) reply.header('retry-after', Math.max(1, Math.ceil(retryAfterS)));
	if (error.row.status === 401) reply.header('www-authenticate', 'Bearer');
	return reply.code(error.row.status).send(errorBody(error));
}

/** OpenAI’s nested error object, plus `items` when only some inputs are at fault. */
export function errorBody({ message, row, param, code, items }: EmbedError) {
	return { error: { message, type: row.type, param: param ?? null, code, ...(items && { items }) } };
}

/** Fastify’s own refusals in our words; null for anything else. */
function fromFastify(thrown: unknown): EmbedError | null {
	const error = thrown as Partial<FastifyError>;
	if (error.validation) return fromValidation(error as FastifyError);
	switch (error.code) {
		case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
			return new EmbedError(
				'unsupported_media_type',
				'Send the body as JSON with the header "Content-Type: application/json"',
			);
		case 'FST_ERR_CTP_BODY_TOO_LARGE':
			return new EmbedError('payload_too_large', 'The request body is over 32 MiB; send the texts in several requests');
		case 'FST_ERR_CTP_EMPTY_JSON_BODY':
			return new EmbedError('invalid_request', 'The request body is empty; send a JSON object with `input`');
		case 'FST_ERR_CTP_INVALID_JSON_BODY':
			return new EmbedError('invalid_request', `The request body is not valid JSON: ${error.message}`);
		default:
			if (thrown instanceof SyntaxError)
				return new EmbedError('invalid_request', `The request body is not valid JSON: ${thrown.message}`);
			if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
				return new EmbedError('invalid_request', String(error.message));
			return null;
	}
}

function fromValidation({ validation }: FastifyError): EmbedError {
	const [first] = validation!;
	const field = first!.instancePath.slice(1) || String(first!.params.missingProperty ?? '');
	const allowed = first!.params.allowedValues;
	const rule = Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : first!.message;
	const subject = field === '' ? 'The body' : `\`${field}\``;
	return new EmbedError(
		'invalid_request',
		first!.keyword === 'required' ? `\`${field}\` is missing` : `${subject} ${rule}`,
		field === '' ? {} : { param: field },
	);
}
