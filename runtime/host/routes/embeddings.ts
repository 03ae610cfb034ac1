import type { FastifyInstance } from 'fastify';

import { ERRORS, type ErrorCode } from '../../base/errors';
import { OUTPUT_DTYPES, type OutputDtype } from '../../base/number-format';
import { MIN_DIMENSIONS, type EmbedRequest, type EmbedResult, type EmbeddingProvider } from '../../base/provider';
import { signalOfCaller } from '../caller-signal';
import { EmbeddingAnswer, type AnswerFormat } from '../embedding-answer';
import { parseInput } from '../embedding-input';
import { EMBEDDINGS, INPUT_SCHEMA, withNulls } from '../openapi/embedding-schemas';
import type { Operation } from '../openapi/operation';
import { IDLE_TIMEOUT_S } from '../idle-timeout';
import { sendAnswer, type SendSurroundings } from '../send-answer';

interface Body {
	readonly model?: string;
	readonly input: unknown;
	readonly dimensions?: number;
	readonly encoding_format?: 'float' | 'base64';
	readonly instruction?: string;
	readonly input_type?: 'query' | 'document';
	readonly truncate?: 'end' | 'start' | 'none';
	readonly output_dtype?: OutputDtype;
	readonly priority?: 'interactive' | 'bulk';
	readonly idle_timeout_s?: number;
}

/** OpenAI’s request, and the fields that are ours. `input` is checked by {@link parseInput}, in clearer words. */
const BODY_SCHEMA = {
	type: 'object',
	required: ['input'],
	properties: {
		// Far longer than any: an unknown one is repeated in the refusal.
		model: { type: 'string', maxLength: 512 },
		dimensions: { type: 'integer', minimum: MIN_DIMENSIONS },
		encoding_format: { enum: ['float', 'base64'] },
		user: { type: 'string' },
		instruction: { type: 'string', minLength: 1, maxLength: 4_096 },
		input_type: { enum: ['query', 'document'] },
		truncate: { enum: ['end', 'start', 'none'] },
		output_dtype: { enum: OUTPUT_DTYPES },
		priority: { enum: ['interactive', 'bulk'] },
		idle_timeout_s: IDLE_TIMEOUT_S,
	},
} as const;

/** Known to the host’s start, or to the client, and never an answer of this route. */
const NEVER_ANSWERED: readonly ErrorCode[] = [
	'not_found',
	'request_failed',
	'aborted',
	'host_unreachable',
	'host_not_private',
	'address_in_use',
];

// No response schema for Fastify: it would write the answer by it, and the answer is written as it is sent.
const OPERATION: Operation = {
	id: 'createEmbeddings',
	summary: 'Embeds texts. OpenAI’s request, and fields of our own; an unknown field is ignored.',
	body: { ...BODY_SCHEMA, properties: { input: INPUT_SCHEMA, ...withNulls(BODY_SCHEMA.properties) } },
	answers: { 200: EMBEDDINGS },
	errors: (Object.keys(ERRORS) as ErrorCode[]).filter((code) => !NEVER_ANSWERED.includes(code)),
};

export function embeddingsRoute(
	server: FastifyInstance,
	provider: EmbeddingProvider,
	surroundings: SendSurroundings,
): void {
	server.post<{ Body: Body }>('/v1/embeddings', {
		schema: { body: BODY_SCHEMA },
		config: { operation: OPERATION },
		// Many clients write null for what they leave out.
		preValidation: async (request) => void (request.body = withoutNulls(request.body)),
		handler: async (request, reply) => {
			const { body } = request;
			const result = await provider.embed(toRequest(body), { signal: signalOfCaller(reply) });
			// Whoever reads slowly holds the vectors, and not the texts as well.
			(request as { body: unknown }).body = null;
			reply.headers(timingHeaders(result));
			return sendAnswer(reply, new EmbeddingAnswer(result, formatOf(body)), surroundings);
		},
	});
}

function withoutNulls(body: Body): Body {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
	return Object.fromEntries(
		Object.entries(body).filter(([name, value]) => value !== null || name === 'input'),
	) as unknown as Body;
}

function toRequest(body: Body): EmbedRequest {
	return {
		inputs: parseInput(body.input),
		...(body.model !== undefined && { model: body.model }),
		...(body.dimensions !== undefined && { dimensions: body.dimensions }),
		...(body.instruction !== undefined && { instruction: body.instruction }),
		...(body.input_type !== undefined && { role: body.input_type }),
		...(body.truncate !== undefined && { truncate: body.truncate }),
		...(body.priority !== undefined && { priority: body.priority }),
		...(body.idle_timeout_s !== undefined && { idleTimeoutMs: body.idle_timeout_s * 1000 }),
	};
}

function formatOf({ encoding_format = 'float', output_dtype = 'float' }: Body): AnswerFormat {
	return { encoding: encoding_format, dtype: output_dtype };
}

function timingHeaders({ timings }: EmbedResult): Record<string, string> {
	return {
		'x-queue-time-ms': timings.queueMs.toFixed(2),
		'x-tokenize-time-ms': timings.tokenizeMs.toFixed(2),
		'x-inference-time-ms': timings.inferenceMs.toFixed(2),
		'x-total-time-ms': timings.totalMs.toFixed(2),
	};
}
