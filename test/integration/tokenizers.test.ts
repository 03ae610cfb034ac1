import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { knownDifferences, readGolden } from './support/golden';
import { builtinFolder, fromDist, hasShared, shared } from './support/paths';
import { until } from './support/processes';

const { TokenizerPool } = fromDist<typeof import('../../runtime/threads/tokenizer-pool')>(
	'runtime/threads/tokenizer-pool.js',
);
const pool = new TokenizerPool();

interface Task {
	readonly specialTokens?: 'text' | 'parse';
	readonly maxTokens?: number;
}

async function encode(
	folder: string,
	texts: readonly string[],
	{ specialTokens = 'parse', maxTokens = 1e6 }: Task = {},
): Promise<number[][]> {
	const rows = await pool.encode({ folder, revision: '1', texts, maxTokens, truncate: 'end', specialTokens });
	return rows.map(({ ids }) => [...ids]);
}

afterAll(() => pool.close());

describe('the built-in tokenizer', () => {
	test('frames a text with its special tokens', async () => {
		expect(await encode(builtinFolder, ['This is an example sentence'])).toEqual([
			[101, 2023, 2003, 2019, 2742, 6251, 102],
		]);
	});

	test('reads the words of special tokens in a text as letters', async () => {
		const [parsed, read] = [
			await encode(builtinFolder, ['a [SEP] b']),
			await encode(builtinFolder, ['a [SEP] b'], { specialTokens: 'text' }),
		];
		expect(parsed[0]).toEqual([101, 1037, 102, 1038, 102]);
		expect(read[0]!.filter((id) => id === 102)).toEqual([102]);
		expect(read[0]!.length).toBeGreaterThan(parsed[0]!.length);
	});

	test('keeps texts in order over many threads', async () => {
		const texts = Array.from({ length: 1_000 }, (_, i) => 'word '.repeat(i % 50) + String(i));
		const together = await encode(builtinFolder, texts);
		const sample = [0, 63, 64, 511, 999];
		for (const i of sample) expect([together[i]]).toEqual(await encode(builtinFolder, [texts[i]!]));
	});

	test('lets a single text pass a bulk list', async () => {
		const task = {
			folder: builtinFolder,
			revision: '1',
			maxTokens: 1e6,
			truncate: 'end',
			specialTokens: 'text',
		} as const;
		const texts = Array.from({ length: 20_000 }, (_, i) => `${i} the night shift at the bakery begins at ten`);
		let isDone = false;
		const bulk = pool.encode({ ...task, texts }, { priority: 'bulk' }).finally(() => (isDone = true));
		await pool.encode({ ...task, texts: ['single'] });
		expect(isDone).toBe(false);
		expect(await bulk).toHaveLength(texts.length);
	});

	test('leaves no thread once there is nothing to do', async () => {
		await encode(builtinFolder, ['wake up']);
		expect(pool.threads).toBeGreaterThan(0);
		await until('the pool has no thread', () => pool.threads === 0);
	});

	test('works again after its threads have gone', async () => {
		expect(await encode(builtinFolder, ['a'])).toEqual([[101, 1037, 102]]);
	});
});

describe.skipIf(!hasShared)('tokenizers against the reference library', () => {
	test('all-MiniLM-L6-v2: every golden text', async () => {
		const differing = knownDifferences('all-MiniLM-L6-v2');
		const golden = readGolden('all-MiniLM-L6-v2').filter(({ index }) => !differing.includes(index));
		const found = await encode(
			join(shared, 'models', 'all-MiniLM-L6-v2'),
			golden.map(({ text }) => text),
			{ maxTokens: 256 },
		);
		expect(found).toEqual(golden.map(({ ids }) => ids));
	});

	test('Qwen3: every golden text, with its template and cut at its limit', async () => {
		const folder = join(shared, 'models', 'qwen3-embedding-0.6b');
		for (const { text, instruction, maxLength, ids } of readGolden('tiny-qwen3')) {
			const full = instruction === null ? text : `Instruct: ${instruction}\nQuery:${text}`;
			expect(await encode(folder, [full], { maxTokens: maxLength ?? 4_096 })).toEqual([ids]);
		}
	});

	test('Qwen3: the word of the closing token inside a text is letters by default', async () => {
		const [ids] = await encode(join(shared, 'models', 'qwen3-embedding-0.6b'), ['a<|endoftext|>b'], {
			specialTokens: 'text',
		});
		expect(ids!.filter((id) => id === 151_643)).toHaveLength(1);
		expect(ids!.at(-1)).toBe(151_643);
	});

	interface GoldCase {
		readonly text: string;
		readonly ids: readonly number[];
	}
	const readJson = (path: string) => JSON.parse(readFileSync(join(shared, path), 'utf8')) as unknown;

	test.for(['qwen3-embedding', 'bert', 't5', 'roberta'])('%s: the ids of the Rust library', async (name) => {
		const gold = readJson('tokenizers/gold-tokenizers-0.23.2.json') as Record<
			string,
			{ path: string; cases: GoldCase[] }
		>;
		const { path, cases } = gold[name]!;
		expect(cases.length).toBeGreaterThan(10);
		for (const { text, ids } of cases)
			expect({ text, ids: (await encode(join(shared, path, '..'), [text]))[0] }).toEqual({ text, ids });
	});

	test('a unigram vocabulary of 128,000 words: the ids of the Rust library', async () => {
		const folder = 'tokenizers/use-multilingual-unigram-128k';
		const { cases } = readJson(`${folder}/gold.json`) as { cases: GoldCase[] };
		expect(
			await encode(
				join(shared, folder),
				cases.map(({ text }) => text),
			),
		).toEqual(cases.map(({ ids }) => ids));
	});
});
