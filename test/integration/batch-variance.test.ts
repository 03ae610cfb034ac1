import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { readGolden } from './support/golden';
import { assemble, serveAs } from './support/models';
import { hasShared, shared } from './support/paths';
import { expectNear, mixedGroups } from './support/vectors';

afterAll(cleanUp);

describe.skipIf(!hasShared)('a graph whose vectors depend on their company', () => {
	const texts = hasShared ? readGolden('tiny-qwen3').filter(({ ids }) => ids.length < 700) : [];
	let host: EmbedHost;

	beforeAll(async () => {
		const folders = {
			quantized: assemble('quantized'),
			batchvariant: assemble('batchvariant'),
			batchvariant_mild: assemble('batchvariant_mild'),
		};
		host = await EmbedHost.start([...serveAs(folders), '--max-batch-tokens', '8192', '--cache-bytes', '0']);
	});

	test.for([
		// An 8-bit file is near to float32, not the same.
		{ model: 'quantized', bar: 0.98 },
		{ model: 'batchvariant', bar: 0.99999 },
		{ model: 'batchvariant_mild', bar: 0.99999 },
	])('$model is found out at load and runs one text at a time', async ({ model, bar }, context) => {
		const groups = mixedGroups(texts, 8);
		const inOrder = groups.flat();
		const alone: Float32Array[] = [];
		for (const { ids } of inOrder) alone.push(...(await host.embed([ids], { model })));
		const company: Float32Array[] = [];
		for (const group of groups)
			company.push(
				...(await host.embed(
					group.map(({ ids }) => ids),
					{ model },
				)),
			);
		const { batching, reason } = await host.tested(model);
		expect(batching).toBe('single');
		expect(reason).toMatch(/runs alone/);
		await expectNear(context, company, alone, 0.9999999);
		await expectNear(
			context,
			alone,
			inOrder.map(({ vector }) => vector),
			bar,
		);
	});

	test('requests that come at the same time are no company either', async (context) => {
		const few = texts.slice(7, 19);
		const found = await Promise.all(few.map(({ ids }) => host.embed([ids], { model: 'batchvariant' })));
		await expectNear(
			context,
			found.flat(),
			few.map(({ vector }) => vector),
			0.99999,
		);
	});
});

describe.skipIf(!hasShared)('the dynamic 8-bit file of a real model', () => {
	test('runs one text at a time, as --dtype int8 names it', async (context) => {
		const host = await EmbedHost.start([
			'--model-path',
			join(shared, 'models', 'all-MiniLM-L6-v2'),
			'--dtype',
			'int8',
			'--cache-bytes',
			'0',
		]);
		const texts = readGolden('all-MiniLM-L6-v2').slice(0, 20);
		const alone: Float32Array[] = [];
		for (const { ids } of texts) alone.push(...(await host.embed([ids])));
		await expectNear(context, await host.embed(texts.map(({ ids }) => ids)), alone, 0.9999999);
		const { batching, graphFile } = await host.tested();
		expect(batching).toBe('single');
		expect(graphFile).toMatch(/model_quantized\.onnx$/);
	});
});
