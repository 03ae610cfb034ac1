import { describe, expect, test } from 'vitest';

import type { LmdbEntry } from '../../../../runtime/cache/lmdb-file';
import { WriteBehind } from '../../../../runtime/cache/write-behind';
import { gate } from '../../../support/async';

const entry = (name: string, bytes = 100): LmdbEntry => ({ key: Buffer.from(name), value: Buffer.alloc(bytes) });
const names = (batch: readonly LmdbEntry[]) => batch.map(({ key }) => key.toString());

/** Remembers the batches it was given. */
function writeBehind({
	batchBytes = 2 ** 20,
	write = async () => {},
}: {
	batchBytes?: number;
	write?: () => Promise<void>;
}) {
	const batches: string[][] = [];
	const errors: unknown[] = [];
	const writes = new WriteBehind({
		batchBytes,
		write: async (batch) => {
			batches.push(names(batch));
			await write();
		},
		onError: (error) => errors.push(error),
	});
	return { writes, batches, errors };
}

test('writes nothing before its caller’s turn is over, and then all at once, in order', async () => {
	const { writes, batches } = writeBehind({});
	for (const name of ['a', 'b', 'c']) writes.add(entry(name));
	expect(batches).toEqual([]);
	await writes.flush();
	expect(batches).toEqual([['a', 'b', 'c']]);
});

test('has one batch under way, and gathers the next meanwhile', async () => {
	const held = gate();
	const { writes, batches } = writeBehind({ write: () => held.opened });
	writes.add(entry('a'));
	await new Promise(setImmediate);
	for (const name of ['b', 'c']) writes.add(entry(name));
	await new Promise(setImmediate);
	expect(batches).toEqual([['a']]);
	held.open();
	await writes.flush();
	expect(batches).toEqual([['a'], ['b', 'c']]);
});

test('cuts batches by bytes with the pages around them; a larger entry goes alone', async () => {
	const { writes, batches } = writeBehind({ batchBytes: 20_000 });
	for (const [name, bytes] of [
		['a', 1_000],
		['b', 1_000],
		['c', 1_000],
		['d', 100_000],
		['e', 1_000],
	] as const)
		writes.add(entry(name, bytes));
	await writes.flush();
	expect(batches).toEqual([['a', 'b'], ['c'], ['d'], ['e']]);
});

test('refuses what a slow disk would leave in memory, and takes more once it is written', async () => {
	const held = gate();
	const { writes } = writeBehind({ write: () => held.opened });
	const taken = Array.from({ length: 40 }, (_, i) => writes.add(entry(`k${i}`, 2 ** 20)));
	expect(taken.filter(Boolean)).toHaveLength(16);
	held.open();
	await writes.flush();
	expect(writes.add(entry('later', 2 ** 20))).toBe(true);
	await writes.flush();
});

describe('an error', () => {
	test('is told once, and nothing is written after it', async () => {
		const { writes, batches, errors } = writeBehind({ write: () => Promise.reject(new Error('full')) });
		writes.add(entry('a'));
		await writes.flush();
		expect(writes.add(entry('b'))).toBe(false);
		await writes.flush();
		expect([batches, errors]).toEqual([[['a']], [new Error('full')]]);
	});
});
