import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { readGolden, type GoldenText } from './support/golden';
import { assemble, assembleShort, serveAs } from './support/models';
import { hasShared } from './support/paths';
import { expectNear, mixedGroups } from './support/vectors';

const golden = hasShared ? readGolden('tiny-qwen3') : [];
const SHORT_TOKENS = 128;

// The host refuses blank texts and reads `<|endoftext|>` in a text as letters; the reference does neither.
const readAsText = ({ text, maxLength }: GoldenText) =>
	maxLength === null && text.trim() !== '' && !text.includes('<|endoftext|>');
const fieldsOf = ({ instruction }: GoldenText) => (instruction === null ? {} : { instruction });
const vectorsOf = (texts: readonly GoldenText[]) => texts.map(({ vector }) => vector);

afterAll(cleanUp);

describe.skipIf(!hasShared)('tiny-qwen3 against its golden vectors', () => {
	const VARIANTS = ['community', 'plain', 'pooled'] as const;
	let host: EmbedHost;

	beforeAll(async () => {
		const folders = Object.fromEntries(VARIANTS.map((variant) => [variant, assemble(variant)]));
		host = await EmbedHost.start([
			...serveAs({ ...folders, short: assembleShort('community', SHORT_TOKENS) }),
			'--max-batch-tokens',
			'4096',
			'--cache-bytes',
			'0',
		]);
		await host.warm(...VARIANTS, 'short');
	});

	test.for(VARIANTS)('%s: every text alone, queries with their instruction', async (model: string, context) => {
		const found: Float32Array[] = [];
		for (const entry of golden) {
			const input = readAsText(entry) ? entry.text : [entry.ids];
			const fields = readAsText(entry) ? fieldsOf(entry) : {};
			found.push(...(await host.embed(input, { model, ...fields })));
		}
		await expectNear(context, found, vectorsOf(golden), 0.99999);
	});

	test.for(VARIANTS)('%s: ragged batches of recorded ids', async (model: string, context) => {
		const groups = mixedGroups(golden, 6);
		const found: Float32Array[] = [];
		for (const group of groups)
			found.push(
				...(await host.embed(
					group.map(({ ids }) => ids),
					{ model },
				)),
			);
		await expectNear(context, found, vectorsOf(groups.flat()), 0.99999);
	});

	test.for(VARIANTS)('%s: documents and queries of one instruction in one request', async (model: string, context) => {
		const texts = golden.filter(readAsText);
		const found: Float32Array[] = [];
		const sent: GoldenText[] = [];
		for (const instruction of new Set(texts.map((entry) => entry.instruction))) {
			const group = texts.filter((entry) => entry.instruction === instruction);
			found.push(
				...(await host.embed(
					group.map(({ text }) => text),
					{ model, ...fieldsOf(group[0]!) },
				)),
			);
			sent.push(...group);
		}
		expect(sent.length).toBeGreaterThan(40);
		await expectNear(context, found, vectorsOf(sent), 0.99999);
	});

	test.for([32, 64])('%i dimensions are the first numbers, made unit length again', async (dimensions, context) => {
		for (const model of VARIANTS) {
			const found = await host.embed(
				golden.map(({ ids }) => ids),
				{ model, dimensions },
			);
			for (const vector of found) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
			await expectNear(
				context,
				found,
				golden.map(({ shorter }) => shorter.get(dimensions)!),
				0.99999,
			);
		}
	});

	test('a text over the folder’s limit is cut, and the closing token stays', async (context) => {
		const cut = golden.filter(({ maxLength }) => maxLength === SHORT_TOKENS);
		expect(cut.map(({ role }) => role)).toEqual(['document', 'query']);
		const found: Float32Array[] = [];
		for (const entry of cut) {
			const { body } = await host.post({ model: 'short', input: entry.text, ...fieldsOf(entry) });
			expect(body.usage.prompt_tokens).toBe(SHORT_TOKENS);
			found.push(...(await host.embed(entry.text, { model: 'short', ...fieldsOf(entry) })));
		}
		await expectNear(context, found, vectorsOf(cut), 0.99999);
	});

	test('a query without an instruction gets the family’s own', async (context) => {
		const general = golden.filter(
			(entry) => readAsText(entry) && entry.instruction?.startsWith('Given a web search query') === true,
		);
		const found = await host.embed(
			general.map(({ text }) => text),
			{ model: 'community', input_type: 'query' },
		);
		await expectNear(context, found, vectorsOf(general), 0.99999);
	});
});

describe.skipIf(!hasShared)('tiny-qwen3 in other precisions', () => {
	let host: EmbedHost;

	beforeAll(async () => {
		host = await EmbedHost.start([
			...serveAs({ fp16: assemble('fp16'), q4: assemble('q4') }),
			'--max-batch-tokens',
			'4096',
			'--cache-bytes',
			'0',
		]);
		await host.warm('fp16', 'q4');
	});

	test.for([
		{ model: 'fp16', bar: 0.9999 },
		{ model: 'q4', bar: 0.918 },
	])('$model: alone near to float32, and in ragged batches the same', async ({ model, bar }, context) => {
		const groups = mixedGroups(golden, 6);
		const texts = groups.flat();
		const alone: Float32Array[] = [];
		for (const { ids } of texts) alone.push(...(await host.embed([ids], { model })));
		const company: Float32Array[] = [];
		for (const group of groups)
			company.push(
				...(await host.embed(
					group.map(({ ids }) => ids),
					{ model },
				)),
			);
		await expectNear(context, alone, vectorsOf(texts), bar);
		await expectNear(context, company, vectorsOf(texts), bar);
		await expectNear(context, company, alone, 0.9999);
		expect(await host.tested(model)).toMatchObject({ batching: 'batched' });
	});

	test('a folder with several precisions runs the one that --dtype names', async (context) => {
		const repo = await EmbedHost.start([...serveAs({ repo: assemble('repo') }), '--dtype', 'fp16']);
		const texts = golden.slice(3, 10);
		await expectNear(context, await repo.embed(texts.map(({ ids }) => ids)), vectorsOf(texts), 0.9999);
		expect((await repo.model()).graphFile).toMatch(/model_fp16\.onnx$/);
	});
});
