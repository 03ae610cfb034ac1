import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { knownDifferences, readGolden } from './support/golden';
import { serveAs } from './support/models';
import { builtinFolder, hasShared, shared } from './support/paths';
import { cosine, expectNear, mixedGroups } from './support/vectors';

// Batches wide enough for ragged company, and no cache that would answer the second time.
const RAGGED = ['--max-batch-tokens', '4096', '--cache-bytes', '0'];

afterAll(cleanUp);

describe('the built-in model', () => {
	const TEXTS = [
		'How do I cancel my subscription?',
		'I want to end my membership.',
		'The bridge was closed for repairs.',
		'Refund',
		'中文',
		'The night shift at the bakery begins at ten, when the first delivery of flour is carried in. '.repeat(12),
		'a b c d e f g h i j k l m n o p q r s t u v w x y z',
		'4711',
	];
	let host: EmbedHost;
	let alone: Float32Array[];

	beforeAll(async () => {
		host = await EmbedHost.start(RAGGED);
		alone = [];
		for (const text of TEXTS) alone.push(...(await host.embed(text)));
	});

	test('is served without being named, in batches', async () => {
		expect(host.models).toEqual(['all-MiniLM-L6-v2']);
		expect(await host.tested()).toMatchObject({ batching: 'batched', pooling: 'mean', dimensions: 384 });
	});

	test('gives unit vectors, near for like meaning and far for unlike', () => {
		for (const vector of alone) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
		expect(cosine(alone[0]!, alone[1]!)).toBeGreaterThan(cosine(alone[0]!, alone[2]!) + 0.3);
	});

	test('gives a text the same vector alone and in company', async (context) => {
		await expectNear(context, await host.embed(TEXTS), alone, 0.99999);
	});

	test('writes the same numbers as JSON and as base64', async () => {
		const { body } = await host.post({ input: TEXTS[0], encoding_format: 'float' });
		expect(Float32Array.from(body.data[0]!.embedding as number[])).toEqual(alone[0]);
	});
});

describe.skipIf(!hasShared)('all-MiniLM-L6-v2 against its golden vectors', () => {
	const golden = hasShared ? readGolden('all-MiniLM-L6-v2') : [];
	const byIds = new Set(hasShared ? knownDifferences('all-MiniLM-L6-v2') : []);
	for (const { index, text } of golden) if (text.trim() === '' || /\[(CLS|SEP|MASK|PAD)\]/.test(text)) byIds.add(index);
	const asTexts = golden.filter(({ index }) => !byIds.has(index));
	let host: EmbedHost;

	beforeAll(async () => {
		host = await EmbedHost.start([
			...serveAs({ fp32: join(shared, 'models', 'all-MiniLM-L6-v2'), q8: builtinFolder }),
			...RAGGED,
		]);
		await host.warm('fp32', 'q8');
	});

	const BARS = [
		{ model: 'fp32', bar: 0.99999 },
		{ model: 'q8', bar: 0.997 },
	];

	test.for(BARS)('$model: every text alone', async ({ model, bar }, context) => {
		const found: Float32Array[] = [];
		for (const { index, text, ids } of golden)
			found.push(...(await host.embed(byIds.has(index) ? [ids] : text, { model })));
		await expectNear(
			context,
			found,
			golden.map(({ vector }) => vector),
			bar,
		);
	});

	test.for(BARS)('$model: all texts in one request', async ({ model, bar }, context) => {
		const found = await host.embed(
			asTexts.map(({ text }) => text),
			{ model },
		);
		await expectNear(
			context,
			found,
			asTexts.map(({ vector }) => vector),
			bar,
		);
	});

	test.for(BARS)('$model: ragged batches of recorded ids', async ({ model, bar }, context) => {
		const groups = mixedGroups(golden, 6);
		const found: Float32Array[] = [];
		for (const group of groups)
			found.push(
				...(await host.embed(
					group.map(({ ids }) => ids),
					{ model },
				)),
			);
		await expectNear(
			context,
			found,
			groups.flat().map(({ vector }) => vector),
			bar,
		);
	});

	test('reads exactly the tokens of the reference, long texts cut at 256', async () => {
		const { body } = await host.post({ input: asTexts.map(({ text }) => text), model: 'fp32' });
		expect(body.usage.prompt_tokens).toBe(asTexts.reduce((sum, { ids }) => sum + ids.length, 0));
	});
});
