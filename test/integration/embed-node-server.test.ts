import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { EmbedHost } from './support/embed-host';
import { removeFolders } from './support/folders';
import { nodeErrorOf, runEmbed } from './support/node';
import { PlainServer, REFUSED, vectorOf } from './support/plain-server';
import { expectNoProcessLeft } from './support/processes';

const TEXTS = ['Where is my parcel?', 'Please send me the invoice.'];

function onServer(baseUrl: string, apiKey = '') {
	return { parameters: { engine: 'server' }, options: { credentials: { embedServerApi: { baseUrl, apiKey } } } };
}

describe('an embed host elsewhere', () => {
	let host: EmbedHost;
	beforeAll(async () => {
		host = await EmbedHost.start([], { apiKey: 'right-key' });
	});
	afterAll(async () => {
		await host.stop();
		await expectNoProcessLeft();
		removeFolders();
	});

	test.each(['', '/', '/v1', '/v1/'])('is found by its address with "%s" at the end', async (end) => {
		const { parameters, options } = onServer(host.listening + end, 'right-key');
		const { output } = await runEmbed(TEXTS, parameters, options);
		const { body } = await host.post({ input: TEXTS, encoding_format: 'float' });
		expect(output.map(({ json }) => json.embedding)).toEqual(
			body.data.map(({ embedding }) => (embedding as readonly number[]).map(Math.fround)),
		);
	});

	test('refuses a wrong key in words that say what to compare', async () => {
		const { parameters, options } = onServer(host.listening, 'wrong-key');
		const error = await nodeErrorOf(runEmbed(TEXTS, parameters, options));
		expect(error.message).toContain('EMBED_API_KEY');
		expect(error.message).not.toContain('wrong-key');
	});

	test('that is not there is named', async () => {
		const { parameters, options } = onServer('http://127.0.0.1:9');
		expect((await nodeErrorOf(runEmbed(TEXTS, parameters, options))).message).toContain('http://127.0.0.1:9');
	});
});

describe('a server of somebody else', () => {
	const server = new PlainServer();
	let baseUrl: string;
	beforeAll(async () => {
		baseUrl = await server.start();
	});
	afterAll(() => server.stop());

	test('gets only OpenAI’s fields, and its answers are put in order', async () => {
		const { parameters, options } = onServer(baseUrl);
		const { output } = await runEmbed(
			TEXTS,
			{ ...parameters, role: 'query', options: { truncate: 'start', idleSeconds: 5, dimensions: 64 } },
			options,
		);
		expect(output.map(({ json }) => json.embedding)).toEqual(TEXTS.map(vectorOf));
		expect(server.requests.at(-1)).toEqual({ input: TEXTS, encoding_format: 'base64', dimensions: 64 });
	});

	test('is not sent an instruction that it would ignore', async () => {
		const { parameters, options } = onServer(baseUrl);
		const asked = server.requests.length;
		const error = await nodeErrorOf(
			runEmbed(TEXTS, { ...parameters, role: 'query', instruction: 'retrieval' }, options),
		);
		expect(error.message).toContain('takes no instruction');
		expect(server.requests.length).toBe(asked);
	});

	test('that refuses a list for one text fails only that item', async () => {
		const { parameters, options } = onServer(baseUrl);
		const texts = ['one', 'three', REFUSED, 'seventeen', 'twenty-two'];
		const { output } = await runEmbed(texts, parameters, { ...options, continueOnFail: true });
		expect(output.map(({ json }) => json.embedding)).toEqual(
			texts.map((text) => (text === REFUSED ? undefined : vectorOf(text))),
		);
		expect(output[2]!.json.error).toContain('content not allowed');
	});
});
