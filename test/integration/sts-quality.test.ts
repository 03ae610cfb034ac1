import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { serveAs } from './support/models';
import { builtinFolder, hasShared, shared } from './support/paths';
import { cosine } from './support/vectors';

const MAX_INPUTS = 2_048;

afterAll(cleanUp);

describe.skipIf(!hasShared)('STS-B English test, Spearman correlation', () => {
	let host: EmbedHost;
	let pairs: readonly (readonly [string, string, string])[];

	beforeAll(async () => {
		host = await EmbedHost.start(serveAs({ fp32: join(shared, 'models', 'all-MiniLM-L6-v2'), builtin: builtinFolder }));
		pairs = parse(readFileSync(join(shared, 'data', 'stsb-multi-mt', 'stsb-en-test.csv'))) as [
			string,
			string,
			string,
		][];
	});

	async function spearmanOf(model: string): Promise<number> {
		const texts = pairs.flatMap(([first, second]) => [first, second]);
		const vectors: Float32Array[] = [];
		for (let i = 0; i < texts.length; i += MAX_INPUTS)
			vectors.push(...(await host.embed(texts.slice(i, i + MAX_INPUTS), { model })));
		const found = pairs.map((_, i) => cosine(vectors[2 * i]!, vectors[2 * i + 1]!));
		return spearman(
			found,
			pairs.map(([, , score]) => Number(score)),
		);
	}

	test('float32 gives the published figure', async ({ annotate }) => {
		expect(pairs).toHaveLength(1_379);
		const found = await spearmanOf('fp32');
		await annotate(`Spearman ${found}`);
		expect(Math.abs(found - 0.820325)).toBeLessThanOrEqual(0.0005);
	});

	test('the built-in model is as good', async ({ annotate }) => {
		const found = await spearmanOf('builtin');
		await annotate(`Spearman ${found}`);
		expect(found).toBeGreaterThanOrEqual(0.818);
	});
});

function spearman(a: readonly number[], b: readonly number[]): number {
	const [x, y] = [ranks(a), ranks(b)];
	// Ranks of n values have the mean (n + 1) / 2, ties or not; then Pearson is the cosine of what is left.
	const middle = (a.length + 1) / 2;
	return cosine(
		x.map((rank) => rank - middle),
		y.map((rank) => rank - middle),
	);
}

/** Equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
	const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
	const found = new Array<number>(values.length);
	for (let start = 0; start < order.length; ) {
		let end = start;
		while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
		for (let i = start; i < end; i++) found[order[i]!] = (start + 1 + end) / 2;
		start = end;
	}
	return found;
}
