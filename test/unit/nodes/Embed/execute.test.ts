import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { INodeExecutionData } from 'n8n-workflow';
import { describe, expect, test } from 'vitest';

import { Embed } from '../../../../nodes/Embed/Embed.node';
import { EmbedError } from '../../../../runtime/base/errors';
import { vectorOf } from '../../../support/fake-vectors';
import { testServer } from '../../../support/server';

interface Run {
	readonly output: readonly INodeExecutionData[];
}
interface RunOptions {
	readonly continueOnFail?: boolean;
	readonly signal?: AbortSignal;
}

type RunNode = (node: Embed, items: unknown[], parameters: unknown, options: unknown) => Promise<Run>;

/** The node over texts, against a host with a fake engine. */
async function setUp() {
	const file = join(__dirname, '../../../../scripts/lib/run-node.mjs');
	const { runNode } = (await import(pathToFileURL(file).href)) as { runNode: RunNode };
	const { server, provider } = testServer();
	const baseUrl = await server.listen({ port: 0, host: '127.0.0.1' });
	const run = (texts: readonly string[], options: Readonly<Record<string, unknown>> = {}, how: RunOptions = {}) =>
		runNode(
			new Embed(),
			texts.map((text, id) => ({ json: { id, text } })),
			{ engine: 'server', text: ({ text }: { text: string }) => text, options },
			{ ...how, credentials: { embedServerApi: { baseUrl } } },
		);
	return { provider, run };
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`);
const vectorFor = (text: string) => vectorOf(Buffer.from(text), 64);

describe('a job of several requests', () => {
	test('leaves in order, each vector beside its own fields', async () => {
		const { provider, run } = await setUp();
		const texts = many(1_000);
		const { output } = await run(texts);
		expect(output.map(({ json }) => json)).toEqual(
			texts.map((text, id) => ({ id, text, embedding: Array.from(vectorFor(text)) })),
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(texts.map((_, item) => ({ item })));
		expect(provider.requests.map(({ inputs }) => inputs.length)).toEqual([256, 256, 256, 232]);
	});

	test('is bulk, unless the node says otherwise', async () => {
		const { provider, run } = await setUp();
		await run(many(260));
		await run(many(260), { priority: 'interactive' });
		expect(provider.requests.map(({ priority }) => priority)).toEqual(['bulk', 'bulk', 'interactive', 'interactive']);
	});

	test('whose host is lost in the middle keeps what it has, where the node is to go on', async () => {
		const { provider, run } = await setUp();
		provider.onEmbed = ({ inputs }) => {
			if (inputs[0] === 'text 512') throw new EmbedError('model_load_failed', 'the model is gone');
		};
		const { output } = await run(many(1_024), {}, { continueOnFail: true });
		expect(output.slice(0, 512).every(({ json }) => Array.isArray(json.embedding))).toBe(true);
		expect(output.slice(512, 768).every(({ json }) => String(json.error).includes('the model is gone'))).toBe(true);
		expect(output).toHaveLength(1_024);
	});

	test('ends in the middle when its execution is stopped', async () => {
		const { provider, run } = await setUp();
		const controller = new AbortController();
		provider.onEmbed = ({ inputs }) => {
			if (inputs[0] === 'text 512') controller.abort();
		};
		await expect(run(many(256 * 20), {}, { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
		expect(provider.requests.length).toBeLessThanOrEqual(4);
	});
});

test('a few items leave the lane to the host', async () => {
	const { provider, run } = await setUp();
	await run(many(8));
	expect(provider.requests.map(({ priority }) => priority)).toEqual([undefined]);
});
