import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { EmbedHost } from './support/embed-host';
import { makeFolder, removeFolders } from './support/folders';
import { nodeErrorOf, runEmbed } from './support/node';
import { expectNoProcessLeft } from './support/processes';

const TEXTS = [
	'Where is my parcel?',
	'My order has not arrived.',
	'Please send me the invoice.',
	'Where is my parcel?',
];

let host: EmbedHost;
const socketBefore = process.env.EMBED_SOCKET;

beforeAll(async () => {
	const socket = join(makeFolder(), 'host.sock');
	host = await EmbedHost.start(['--socket', socket]);
	process.env.EMBED_SOCKET = socket;
});
afterAll(async () => {
	if (socketBefore === undefined) delete process.env.EMBED_SOCKET;
	else process.env.EMBED_SOCKET = socketBefore;
	await host.stop();
	await expectNoProcessLeft();
	removeFolders();
});

/** What the host itself answers, as numbers: the float32 that each is written for. */
async function fromHost(input: readonly string[], fields: Readonly<Record<string, unknown>> = {}) {
	const { body } = await host.post({ input, encoding_format: 'float', ...fields });
	return body.data.map(({ embedding }) => (typeof embedding === 'string' ? embedding : embedding.map(Math.fround)));
}

describe('vectors', () => {
	test('are the host’s, bit for bit, in the items’ order, beside the items’ own fields', async () => {
		const { output } = await runEmbed(TEXTS);
		expect(output.map(({ json }) => json.embedding)).toEqual(await fromHost(TEXTS));
		expect(output.map(({ json }) => [json.id, json.text])).toEqual(TEXTS.map((text, id) => [id, text]));
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(TEXTS.map((_, item) => ({ item })));
	});

	test('of 600 items go out in a few requests and come back in order', async () => {
		const texts = Array.from({ length: 600 }, (_, i) => `Message number ${i}`);
		const { output } = await runEmbed(texts);
		expect(output.map(({ json }) => json.embedding)).toEqual(await fromHost(texts));
	});

	test.each([
		['int8', { output_dtype: 'int8' }],
		['binary', { output_dtype: 'binary' }],
		['base64', { encoding_format: 'base64' }],
	])('are written as %s as the host would', async (numberFormat, fields) => {
		const { output } = await runEmbed(TEXTS, { options: { numberFormat } });
		expect(output.map(({ json }) => json.embedding)).toEqual(await fromHost(TEXTS, fields));
	});

	test('have the wished dimensions, in the wished field', async () => {
		const { output } = await runEmbed(TEXTS, { options: { dimensions: 32, outputField: 'vector' } });
		expect(output.map(({ json }) => json.vector)).toEqual(await fromHost(TEXTS, { dimensions: 32 }));
		expect(output[0]!.json).not.toHaveProperty('embedding');
	});

	test('carry on wish which model made them and whether the cache had them', async () => {
		await runEmbed(TEXTS);
		const { output } = await runEmbed([...TEXTS, 'A text not seen before'], { options: { addDetails: true } });
		const details = { model: 'all-MiniLM-L6-v2', dimensions: 384 };
		expect(output[0]!.json.embeddingDetails).toEqual({ ...details, cached: true });
		expect(output[4]!.json.embeddingDetails).toEqual({ ...details, cached: false });
	});

	test('come with a hint of texts, cache, tokens and time', async () => {
		await runEmbed(TEXTS);
		const { hints } = await runEmbed(TEXTS);
		expect(hints[0]!.message).toMatch(
			/^4 texts embedded by all-MiniLM-L6-v2 \(384 numbers each\): 4 from the cache, \d+ tokens, \d+\.\d s$/,
		);
	});

	test('of no items are none', async () => {
		expect((await runEmbed([])).output).toEqual([]);
	});
});

describe('an item without a usable text', () => {
	test.each([
		['an empty text', '', 'is empty'],
		['white space', ' \n', 'is empty'],
		['null', null, 'is not there'],
		['no field', undefined, 'is not there'],
		['an object', { a: 1 }, 'is an object'],
		['a list', ['a'], 'is a list'],
		['true', true, 'is a boolean'],
	])('%s stops the node with the item’s number', async (_, text, why) => {
		const error = await nodeErrorOf(runEmbed(['good', text]));
		expect(error.message).toBe(`The text of item 1 ${why}${why.startsWith('is a') ? ', not text' : ''}`);
		expect(error.context.itemIndex).toBe(1);
		expect(error.description).toContain('Filter');
	});

	test('fails alone when the node is to go on', async () => {
		const { output } = await runEmbed(
			['Where is my parcel?', '', 'Please send me the invoice.'],
			{},
			{ continueOnFail: true },
		);
		const wanted = await fromHost(['Where is my parcel?', 'Please send me the invoice.']);
		expect([output[0]!.json.embedding, output[2]!.json.embedding]).toEqual(wanted);
		expect(output[1]!.json).toEqual({ id: 1, text: '', error: 'The text of item 1 is empty' });
		expect(output[1]!.error).toBeDefined();
	});

	test('a number is read as its digits', async () => {
		expect((await runEmbed([20418])).output[0]!.json.embedding).toEqual((await fromHost(['20418']))[0]);
	});
});

describe('a text that the host refuses', () => {
	const long = 'parcel '.repeat(600);
	const parameters = { options: { truncate: 'none' } };

	test('stops the node with the item’s number', async () => {
		const error = await nodeErrorOf(runEmbed(['good', 'better', long], parameters));
		expect(error.message).toContain('Item 2 was not embedded: the text is longer than the model’s 256 tokens');
	});

	test('fails alone when the node is to go on', async () => {
		const { output } = await runEmbed(['good', long, 'better', long], parameters, { continueOnFail: true });
		expect(output.map(({ json }) => 'embedding' in json)).toEqual([true, false, true, false]);
		expect(output[3]!.json.error).toContain('256 tokens');
	});
});

test('a setting that fits no text is reported once, and blames no item', async () => {
	const error = await nodeErrorOf(runEmbed(TEXTS, { role: 'query', instruction: 'ticketType' }));
	expect(error.message).toMatch(/^This model takes no instruction/);
	const missing = await nodeErrorOf(runEmbed(TEXTS, { model: 'no-such-model' }));
	expect(missing.message).toContain('Served: all-MiniLM-L6-v2');
});

test('cancelling ends the node before its texts are done', async () => {
	const controller = new AbortController();
	const texts = Array.from({ length: 3_000 }, (_, i) =>
		`A message that nobody has sent before, number ${i}. `.repeat(8),
	);
	const run = nodeErrorOf(runEmbed(texts, {}, { signal: controller.signal }));
	const before = await host.status();
	setTimeout(() => controller.abort(), 300);
	expect((await run).message).toMatch(/cancelled/);
	const after = await host.status();
	expect(after.models[0]!.cache.entries - before.models[0]!.cache.entries).toBeLessThan(texts.length);
	expect(after.models[0]!.queue.texts).toBeLessThan(600);
});
