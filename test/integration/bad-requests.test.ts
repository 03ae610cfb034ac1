import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost, type Answer } from './support/embed-host';
import { expectNear } from './support/vectors';

const GOOD = ['How do I cancel my subscription?', 'The bridge was closed for repairs.', 'Refund'];
const LIMIT_BYTES = 32 * 2 ** 20;
let host: EmbedHost;
let expected: Float32Array[];

beforeAll(async () => {
	// Without a cache a good request really runs beside the bad ones.
	host = await EmbedHost.start(['--cache-bytes', '0']);
	expected = await host.embed(GOOD);
});
afterAll(cleanUp);

interface Refusal {
	readonly status?: number;
	readonly code?: string;
	readonly param?: string | null;
}

function expectRefusal({ status, headers, body }: Answer, wanted: Refusal): void {
	expect({ status, code: body.error.code, param: body.error.param }).toEqual({
		status: 400,
		code: 'invalid_request',
		...wanted,
	});
	expect(body.error.message.length).toBeGreaterThan(10);
	expect(body.error.type).toBe(status === 401 ? 'authentication_error' : 'invalid_request_error');
	expect(String(headers['content-type'])).toMatch(/^application\/json/);
}

const BODIES: readonly { readonly what: string; readonly body: unknown; readonly wanted: Refusal }[] = [
	{ what: 'an empty text', body: { input: '' }, wanted: { code: 'empty_input', param: 'input' } },
	{ what: 'white space', body: { input: ' \t\n\u3000' }, wanted: { code: 'empty_input', param: 'input' } },
	{
		what: 'a blank text among others',
		body: { input: ['a', '  ', 'b'] },
		wanted: { code: 'empty_input', param: 'input[1]' },
	},
	{ what: 'an empty list', body: { input: [] }, wanted: { code: 'empty_input', param: 'input' } },
	{ what: 'null', body: { input: null }, wanted: { param: 'input' } },
	{ what: 'null among texts', body: { input: ['a', null] }, wanted: { param: 'input[1]' } },
	{ what: 'a number', body: { input: 5 }, wanted: { param: 'input' } },
	{ what: 'an object', body: { input: { text: 'a' } }, wanted: { param: 'input' } },
	{ what: 'no input', body: { model: 'all-MiniLM-L6-v2' }, wanted: { param: 'input' } },
	{ what: 'texts and token ids mixed', body: { input: ['a', [101, 102]] }, wanted: { param: 'input[1]' } },
	{ what: 'token ids and texts mixed', body: { input: [101, 'a'] }, wanted: { param: 'input[1]' } },
	{ what: 'a token id over the vocabulary', body: { input: [[101, 30_522, 102]] }, wanted: { param: 'input' } },
	{ what: 'a negative token id', body: { input: [[101, 102], [-1]] }, wanted: { param: 'input[1]' } },
	{ what: 'a token id that is no whole number', body: { input: [101.5] }, wanted: { param: 'input[0]' } },
	{
		what: 'an empty list of token ids',
		body: { input: [[101], []] },
		wanted: { code: 'empty_input', param: 'input[1]' },
	},
	{
		what: '2,049 texts',
		body: { input: Array.from({ length: 2_049 }, (_, i) => `text ${i}`) },
		wanted: { code: 'too_many_inputs', param: 'input' },
	},
	{ what: 'dimension 0', body: { input: 'a', dimensions: 0 }, wanted: { param: 'dimensions' } },
	{ what: 'dimension 31', body: { input: 'a', dimensions: 31 }, wanted: { param: 'dimensions' } },
	{ what: 'a dimension over the width', body: { input: 'a', dimensions: 385 }, wanted: { param: 'dimensions' } },
	{ what: 'dimension 1.5', body: { input: 'a', dimensions: 1.5 }, wanted: { param: 'dimensions' } },
	{ what: 'a dimension as text', body: { input: 'a', dimensions: '64' }, wanted: { param: 'dimensions' } },
	{
		what: 'an unknown model',
		body: { input: 'a', model: 'gpt-4' },
		wanted: { status: 404, code: 'model_not_found', param: 'model' },
	},
	{ what: 'an unknown encoding', body: { input: 'a', encoding_format: 'hex' }, wanted: { param: 'encoding_format' } },
	{
		what: 'an instruction for a model that takes none',
		body: { input: 'a', instruction: 'Find duplicates' },
		wanted: { code: 'unsupported_instruction', param: 'instruction' },
	},
	{
		what: 'a text over the limit that must not be cut',
		body: { input: 'word '.repeat(300), truncate: 'none' },
		wanted: { code: 'input_too_long', param: 'input' },
	},
	{ what: 'a body that is a list', body: ['a'], wanted: { param: null } },
];

describe('a bad body gets a 4xx that names the field', () => {
	test.for(BODIES)('$what', async ({ body, wanted }) => {
		expectRefusal(await host.post(body), wanted);
	});

	test('broken JSON', async () => {
		expectRefusal(await host.send('POST', '/v1/embeddings', '{"input": "a"'), { param: null });
	});

	test('an empty body', async () => {
		expectRefusal(await host.send('POST', '/v1/embeddings', ''), { param: null });
	});

	test.for(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
		'content type %s',
		async (type) => {
			const answer = await host.send('POST', '/v1/embeddings', '{"input": "a"}', { 'content-type': type });
			expectRefusal(answer, { status: 415, code: 'unsupported_media_type', param: null });
		},
	);

	test('a body over 32 MiB', async () => {
		const body = JSON.stringify({ input: 'a'.repeat(LIMIT_BYTES) });
		expectRefusal(await host.send('POST', '/v1/embeddings', body), {
			status: 413,
			code: 'payload_too_large',
			param: null,
		});
	});

	test('an address that is not there', async () => {
		expectRefusal(await host.send('GET', '/v1/nothing'), { status: 404, code: 'not_found', param: null });
	});
});

describe('what looks bad and is not', () => {
	test('a text of 1 MB is cut at the model’s limit', async (context) => {
		const text = 'word '.repeat(200_000);
		const { status, body } = await host.post({ input: text });
		expect({ status, tokens: body.usage.prompt_tokens }).toEqual({ status: 200, tokens: 256 });
		await expectNear(context, await host.embed(text), await host.embed('word '.repeat(300)), 0.999999);
	});

	test('1 MB without a single space', async () => {
		expect(await host.embed('é'.repeat(500_000))).toHaveLength(1);
	});

	test('lone surrogates are read as the replacement character', async (context) => {
		await expectNear(
			context,
			await host.embed(['a \ud800 b', '\udfff']),
			await host.embed(['a \ufffd b', '\ufffd']),
			0.999999,
		);
	});

	test('fields that are null or unknown are as if left out', async (context) => {
		const vectors = await host.embed(GOOD, { dimensions: null, instruction: null, user: 'u', colour: 'red' });
		await expectNear(context, vectors, expected, 0.99999);
	});

	test('2,048 texts', async () => {
		expect(await host.embed(Array.from({ length: 2_048 }, (_, i) => `text ${i % 40}`))).toHaveLength(2_048);
	});
});

test('a good request in flight is answered right while bad ones come in, and so is the next', async (context) => {
	let answered = false;
	const slow = Array.from({ length: 200 }, (_, i) => `${i} ${'word '.repeat(60)}`);
	const good = host.embed([...GOOD, ...slow]).finally(() => (answered = true));
	const bad: Answer[] = [];
	while (!answered)
		bad.push(
			...(await Promise.all(BODIES.flatMap(({ body }) => [host.post(body), host.send('POST', '/v1/embeddings', '{')]))),
		);
	expect(bad.length).toBeGreaterThan(0);
	for (const { status } of bad) expect([400, 404]).toContain(status);
	await expectNear(context, (await good).slice(0, GOOD.length), expected, 0.99999);
	await expectNear(context, await host.embed(GOOD), expected, 0.99999);
});

describe('a host with a key', () => {
	let locked: EmbedHost;

	beforeAll(async () => {
		locked = await EmbedHost.start([], { apiKey: 'sesame' });
	});

	test('answers who has it', async () => {
		expect(await locked.embed('a')).toHaveLength(1);
	});

	test.for(['/v1/embeddings', '/v1/models', '/status'])('refuses %s without one, or with another', async (path) => {
		const method = path === '/v1/embeddings' ? 'POST' : 'GET';
		const body = method === 'POST' ? '{"input": "a"}' : undefined;
		expectRefusal(await locked.send(method, path, body, { authorization: '' }), {
			status: 401,
			code: 'missing_api_key',
			param: null,
		});
		expectRefusal(await locked.send(method, path, body, { authorization: 'Bearer other' }), {
			status: 401,
			code: 'invalid_api_key',
			param: null,
		});
	});

	test('tells a health check its state and nothing else', async () => {
		expect((await locked.send('GET', '/health', undefined, { authorization: '' })).body).toEqual({ status: 'ok' });
	});
});
