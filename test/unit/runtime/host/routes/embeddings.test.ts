import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../../runtime/base/errors';
import { floatsFromBase64, formatNumbers, OUTPUT_DTYPES, toBase64 } from '../../../../../runtime/base/number-format';
import { vectorOf } from '../../../../support/fake-vectors';
import { testServer } from '../../../../support/server';

const vectorFor = (text: string, dimensions = 64) => vectorOf(Buffer.from(text), dimensions);

interface Answer {
	readonly data: readonly { readonly embedding: string & number[] }[];
}

describe('an answer', () => {
	test('has OpenAI’s shape and order, and says what came from a cache', async () => {
		const reply = await testServer().embed({ model: 'org/model', input: ['a', 'b'] });
		expect(reply.statusCode).toBe(200);
		const { data, ...rest } = reply.json<Answer>();
		expect(data.map(({ embedding, ...entry }) => ({ ...entry, embedding: Float32Array.from(embedding) }))).toEqual([
			{ object: 'embedding', index: 0, embedding: vectorFor('a') },
			{ object: 'embedding', index: 1, embedding: vectorFor('b'), cached: true },
		]);
		expect(rest).toEqual({
			object: 'list',
			model: 'org/model',
			usage: { prompt_tokens: 7, total_tokens: 7, prompt_tokens_details: { cached_tokens: 3 } },
		});
	});

	test('carries its times as headers', async () => {
		const { headers } = await testServer().embed({ input: 'a' });
		expect(headers).toMatchObject({
			'x-queue-time-ms': '1.00',
			'x-tokenize-time-ms': '2.50',
			'x-inference-time-ms': '10.00',
			'x-total-time-ms': '13.76',
		});
	});

	test('is in base64 on wish', async () => {
		const reply = await testServer().embed({ input: 'a', encoding_format: 'base64' });
		expect(floatsFromBase64(reply.json<Answer>().data[0]!.embedding)).toEqual(vectorFor('a'));
	});

	test.each(OUTPUT_DTYPES)('is of %s numbers on wish, plain or in base64', async (output_dtype) => {
		const numbers = formatNumbers(vectorFor('a'), output_dtype);
		const { embed } = testServer();
		const [plain, base64] = await Promise.all(
			['float', 'base64'].map((encoding_format) => embed({ input: 'a', output_dtype, encoding_format })),
		);
		expect(plain!.json<Answer>().data[0]!.embedding.map(Math.fround)).toEqual(Array.from(numbers));
		expect(base64!.json<Answer>().data[0]!.embedding).toBe(toBase64(numbers));
	});
});

describe('a request', () => {
	test('lets go of its texts before the answer is read, which may take long', async () => {
		const { server, embed } = testServer();
		const held: unknown[] = [];
		server.addHook('onSend', async ({ body }) => void held.push(body));
		await embed({ input: ['a', 'b'] });
		expect(held).toEqual([null]);
	});

	test('reaches the provider whole', async () => {
		const { embed, provider } = testServer();
		await embed({
			model: 'm',
			input: [[1, 2]],
			dimensions: 32,
			instruction: 'Task',
			input_type: 'query',
			truncate: 'start',
			priority: 'bulk',
			idle_timeout_s: 1.5,
			user: 'u',
		});
		expect(provider.requests).toEqual([
			{
				model: 'm',
				inputs: [[1, 2]],
				dimensions: 32,
				instruction: 'Task',
				role: 'query',
				truncate: 'start',
				priority: 'bulk',
				idleTimeoutMs: 1_500,
			},
		]);
	});

	test('asks for nothing that it does not say, and what is not known is ignored', async () => {
		const { embed, provider } = testServer();
		await embed({ input: 'a', future_field: 1 });
		expect(provider.requests).toEqual([{ inputs: ['a'] }]);
	});

	test('may write null for what it leaves out', async () => {
		const { embed, provider } = testServer();
		const names = [
			'model',
			'dimensions',
			'encoding_format',
			'user',
			'instruction',
			'input_type',
			'truncate',
			'output_dtype',
			'priority',
			'idle_timeout_s',
		];
		const reply = await embed({ input: 'a', ...Object.fromEntries(names.map((name) => [name, null])) });
		expect(reply.statusCode).toBe(200);
		expect(provider.requests).toEqual([{ inputs: ['a'] }]);
	});
});

describe('a bad value is refused and the field named', () => {
	test.each<[string, object]>([
		['model', { model: 7 }],
		['dimensions', { dimensions: '64' }],
		['dimensions', { dimensions: 31 }],
		['dimensions', { dimensions: 64.5 }],
		['encoding_format', { encoding_format: 'hex' }],
		['user', { user: 5 }],
		['model', { model: 'm'.repeat(513) }],
		['instruction', { instruction: '' }],
		['instruction', { instruction: ['Task'] }],
		['instruction', { instruction: 'x'.repeat(5_000) }],
		['input_type', { input_type: 'passage' }],
		['truncate', { truncate: true }],
		['output_dtype', { output_dtype: 'float16' }],
		['priority', { priority: 'high' }],
		['idle_timeout_s', { idle_timeout_s: -1 }],
		['idle_timeout_s', { idle_timeout_s: '10' }],
		['input', { input: null }],
		['input', { input: {} }],
		['input', { input: undefined }],
		['input[1]', { input: ['a', 1] }],
	])('%s of %j', async (param, changes) => {
		const { embed, provider } = testServer();
		const reply = await embed({ input: 'a', ...changes });
		expect(reply.statusCode).toBe(400);
		expect(reply.json()).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_request', param } });
		expect(reply.json<{ error: Error }>().error.message).toContain(`\`${param}\``);
		expect(provider.requests).toEqual([]);
	});

	test('an unknown choice is told the known ones', async () => {
		const reply = await testServer().embed({ input: 'a', truncate: 'middle' });
		expect(reply.json<{ error: Error }>().error.message).toContain('end, start, none');
	});
});

describe('a body that is no request is refused in words', () => {
	test.each<[string, string, Record<string, string>, number, string]>([
		['an empty body', '', {}, 400, 'empty'],
		['no JSON', '{"input": ', {}, 400, 'not valid JSON'],
		['a list', '[]', {}, 400, 'body'],
		['a text', '"a"', {}, 400, 'body'],
		['null', 'null', {}, 400, 'body'],
		['a prototype in disguise', '{"input": "a", "__proto__": {"x": 1}}', {}, 400, 'not valid JSON'],
		['a form', 'input=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'application/json'],
		['a text by its type', 'a', { 'content-type': 'text/plain' }, 415, 'application/json'],
	])('%s', async (_, body, headers, status, words) => {
		const reply = await testServer().embed(body, headers);
		expect(reply.statusCode).toBe(status);
		expect(reply.json<{ error: Error }>().error.message).toContain(words);
	});

	test('one over the limit', async () => {
		const reply = await testServer().embed({ input: 'x'.repeat(33 * 2 ** 20) });
		expect(reply.statusCode).toBe(413);
		expect(reply.json()).toMatchObject({ error: { code: 'payload_too_large' } });
	});
});

describe('what the provider refuses', () => {
	test('keeps its status, code, field and items', async () => {
		const { embed, provider } = testServer();
		const items = [{ index: 1, code: 'empty_input', message: 'empty' }] as const;
		provider.onEmbed = () => {
			throw new EmbedError('empty_input', 'why', { param: 'input[1]', items });
		};
		const reply = await embed({ input: ['a', ''] });
		expect(reply.statusCode).toBe(400);
		expect(reply.json()).toEqual({
			error: { message: 'why', type: 'invalid_request_error', param: 'input[1]', code: 'empty_input', items },
		});
	});

	test('says when to come again, in whole seconds', async () => {
		const { embed, provider } = testServer();
		provider.onEmbed = () => {
			throw new EmbedError('overloaded', 'why', { retryAfterS: 1.2 });
		};
		const reply = await embed({ input: 'a' });
		expect([reply.statusCode, reply.headers['retry-after']]).toEqual([429, '2']);
	});

	test('by a fault of ours is a 500 that asks for a report', async () => {
		const { embed, provider } = testServer();
		provider.onEmbed = () => {
			throw new TypeError('x is undefined');
		};
		const reply = await embed({ input: 'a' });
		expect(reply.statusCode).toBe(500);
		expect(reply.json()).toMatchObject({ error: { type: 'server_error', code: 'internal', param: null } });
	});
});
