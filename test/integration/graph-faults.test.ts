import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { readGolden, type GoldenText } from './support/golden';
import { assemble } from './support/models';
import { hasShared, shared } from './support/paths';
import { childrenOf, isLinux, until } from './support/processes';
import { expectNear } from './support/vectors';

/** ` import`, the token at which the graph answers NaN. */
const BAD_TOKEN = 1159;
const golden = hasShared ? readGolden('tiny-qwen3').filter(({ ids }) => ids.length < 700) : [];
const idsOf = (texts: readonly GoldenText[]) => texts.map(({ ids }) => ids);
const vectorsOf = (texts: readonly GoldenText[]) => texts.map(({ vector }) => vector);

afterAll(cleanUp);

describe.skipIf(!hasShared)('a graph that throws in large batches', () => {
	test('gives every text of a mixed list its vector all the same', async (context) => {
		const host = await EmbedHost.start(['--model-path', assemble('throws'), '--cache-bytes', '0']);
		await host.warm('throws');
		// Alike in length, so that they run together, and long enough that the graph then throws.
		const long = golden.find(({ ids }) => ids.length > 80)!.ids.slice(0, 80);
		const alike = Array.from({ length: 8 }, (_, i) => [...long.slice(0, -1), 1_000 + i]);
		const alone: Float32Array[] = [];
		for (const ids of alike) alone.push(...(await host.embed([ids])));
		await expectNear(context, await host.embed(alike, { priority: 'bulk' }), alone, 0.99999);
		// Proof that batches were formed at all, and that one of them failed.
		expect(host.log).toContain('run failed');
		await expectNear(context, await host.embed(idsOf(golden)), vectorsOf(golden), 0.99999);
		expect(await host.model()).toMatchObject({ state: 'ready', queue: { texts: 0, tokens: 0 } });
	});
});

describe.skipIf(!hasShared)('a graph that answers one word with NaN', () => {
	const bad = golden.filter(({ ids }) => ids.includes(BAD_TOKEN));
	const good = golden.filter(({ ids }) => !ids.includes(BAD_TOKEN));
	let host: EmbedHost;

	beforeAll(async () => {
		host = await EmbedHost.start(['--model-path', assemble('nan'), '--max-batch-tokens', '8192']);
	});

	test('refuses a list that holds the word, naming every text at fault', async () => {
		const { status, body } = await host.post({
			input: ['Hello, world!', 'We import olives from Greece.', 'a', 'olives that we import'],
		});
		expect(status).toBe(422);
		expect(body.error).toMatchObject({ type: 'invalid_request_error', code: 'non_finite_vector', param: 'input[1]' });
		expect(body.error.items).toEqual([
			expect.objectContaining({ index: 1, code: 'non_finite_vector' }),
			expect.objectContaining({ index: 3 }),
		]);
	});

	test('refuses the text alone as well, every time', async () => {
		for (let i = 0; i < 3; i++) {
			const { status, body } = await host.post({ input: ' import' });
			expect({ status, code: body.error.code, param: body.error.param }).toEqual({
				status: 422,
				code: 'non_finite_vector',
				param: 'input',
			});
		}
	});

	test('gives the other texts of such a list their right vectors, and keeps only those', async (context) => {
		const before = (await host.model()).cache.entries;
		const mixed = [...golden.slice(3)];
		const { status, body } = await host.post({ input: idsOf(mixed) });
		expect(status).toBe(422);
		const named = body.error.items!.map(({ index }) => mixed[index]!.index);
		expect(named).toEqual(bad.filter(({ index }) => index >= 3).map(({ index }) => index));

		const others = mixed.filter((entry) => good.includes(entry));
		expect((await host.model()).cache.entries).toBe(before + new Set(others.map(({ ids }) => ids.join())).size);
		const again = await host.post({ input: idsOf(others) });
		expect(again.body.data.every(({ cached }) => cached === true)).toBe(true);
		await expectNear(context, await host.embed(idsOf(others)), vectorsOf(others), 0.99999);
	});

	test('serves on with the same worker', async (context) => {
		const worker = await host.worker();
		expect(worker).toBeGreaterThan(0);
		await host.post({ input: ' import' });
		const fresh = good.slice(0, 3);
		await expectNear(context, await host.embed(idsOf(fresh)), vectorsOf(fresh), 0.99999);
		expect(await host.worker()).toBe(worker);
	});
});

describe.skipIf(!hasShared)('a graph that answers one word with NaN, beside one of full precision', () => {
	test('gives that word the vector of the other, keeps it, and ends the worker that computed it', async (context) => {
		const folder = assemble('community');
		copyFileSync(join(shared, 'models', 'tiny-qwen3', 'onnx', 'nan.onnx'), join(folder, 'onnx', 'model_int8.onnx'));
		const host = await EmbedHost.start([
			'--model-path',
			folder,
			'--dtype',
			'int8',
			'--max-workers',
			'1',
			'--log-level',
			'info',
		]);
		await expectNear(context, await host.embed(idsOf(golden)), vectorsOf(golden), 0.99999);
		expect(host.log).toContain('texts that are not finite run in higher precision');
		const bad = golden.filter(({ ids }) => ids.includes(BAD_TOKEN));
		const { body } = await host.post({ input: idsOf(bad) });
		expect(body.data.map(({ cached }) => cached)).toEqual(bad.map(() => true));
		const worker = (await host.model()).workers.map(({ pid }) => pid);
		if (isLinux)
			await until('only the model’s own workers are left', () => String(childrenOf(host.pid)) === String(worker));
	});
});
