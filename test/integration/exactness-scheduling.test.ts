import { join } from 'node:path';

import { afterAll, describe, expect, test, type TestContext } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { readGolden, type GoldenText } from './support/golden';
import { assemble } from './support/models';
import { hasShared, shared } from './support/paths';
import { expectNear, mixedGroups } from './support/vectors';

afterAll(cleanUp);

/** However a host may be set up to schedule its work; the vectors must not show it. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
	'as it comes': [],
	'one worker for everything': ['--max-workers', '1'],
	'a quick worker and one for bulk': ['--max-workers', '2'],
	'more workers than cores': ['--max-workers', '4', '--threads', '3'],
	'one thread': ['--threads', '1'],
	'every text alone': ['--max-batch-tokens', '1'],
	'small batches': ['--max-batch-tokens', '64'],
	'with a cache': ['--cache-bytes', '100000000'],
};

/** Enough bulk work that bulk workers are worth starting. */
function filler(golden: readonly GoldenText[]): number[][] {
	return Array.from({ length: 600 }, (_, i) => {
		const { ids } = golden[i % golden.length]!;
		return [...ids.slice(0, 1 + (i % 40)), 1_000 + i, ...ids.slice(-1)];
	});
}

/** Golden texts in bulk lists and one by one, all at the same time, beside a bulk job of others. */
async function checkMixedLoad(context: TestContext, host: EmbedHost, golden: readonly GoldenText[]): Promise<void> {
	const fillerLists = mixedGroups(filler(golden).slice(0, 599), 150);
	const beside = fillerLists.map((list) => host.embed(list, { priority: 'bulk' }));
	const lists = mixedGroups(golden, 20);
	const found: Float32Array[] = [];
	const wanted: Float32Array[] = [];
	const ask = async (texts: readonly GoldenText[], fields = {}) => {
		const vectors = await host.embed(
			texts.map(({ ids }) => ids),
			fields,
		);
		found.push(...vectors);
		wanted.push(...texts.map(({ vector }) => vector));
	};
	const inBulk = lists.map((list) => ask(list, { priority: 'bulk' }));
	const crowd = golden.map((text) => ask([text]));
	await Promise.all([...inBulk, ...crowd]);
	for (const text of golden.slice(0, 10)) await ask([text]);
	await Promise.all(beside);
	await expectNear(context, found, wanted, 0.9999);
}

describe.skipIf(!hasShared)('golden vectors under a mixed load', () => {
	const MODELS = hasShared
		? [
				{
					name: 'all-MiniLM-L6-v2',
					folder: join(shared, 'models', 'all-MiniLM-L6-v2'),
					golden: readGolden('all-MiniLM-L6-v2'),
				},
				{
					name: 'tiny-qwen3',
					folder: assemble('community'),
					golden: readGolden('tiny-qwen3').filter(({ ids }) => ids.length < 300),
				},
			]
		: [];
	const cases = MODELS.flatMap((model) =>
		Object.entries(SETTINGS).map(([setting, args]) => ({ ...model, setting, args })),
	);

	test.for(cases)('$name, $setting', async ({ folder, golden, args }, context) => {
		const host = await EmbedHost.start(['--cache-bytes', '0', ...args, '--model-path', folder]);
		await host.warm(host.models[0]!);
		await checkMixedLoad(context, host, golden);
		const { queue, workers } = await host.model();
		expect(queue).toMatchObject({ texts: 0, tokens: 0 });
		const most = args.includes('--max-workers') ? Number(args[args.indexOf('--max-workers') + 1]) : 9;
		expect(workers.length).toBeLessThanOrEqual(most);
		await host.stop();
	});
});
