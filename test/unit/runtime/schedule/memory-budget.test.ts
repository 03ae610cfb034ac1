import { expect, test } from 'vitest';

import {
	fitModel,
	type MemoryAnswer,
	type MemoryHolder,
	type MemoryQuestion,
} from '../../../../runtime/schedule/memory-budget';

const MIB = 2 ** 20;
const held = (id: string, bytes: number, idleSinceMs: number | null): MemoryHolder => ({
	id,
	bytes: bytes * MIB,
	idleSinceMs,
});
const base: MemoryQuestion = {
	neededBytes: 100 * MIB,
	holders: [],
	budgetBytes: 300 * MIB,
	availableBytes: 1_000 * MIB,
};
const old = held('old', 100, 1);
const newer = held('newer', 100, 2);
const used = held('used', 100, null);

test.each<[string, Partial<MemoryQuestion>, MemoryAnswer]>([
	['an empty budget', {}, { kind: 'load' }],
	['a budget that it just fills', { holders: [old, used] }, { kind: 'load' }],
	['the least recently used goes first', { holders: [newer, old, used] }, { kind: 'unload', ids: ['old'] }],
	[
		'as many as needed',
		{ neededBytes: 150 * MIB, holders: [newer, old, used] },
		{ kind: 'unload', ids: ['old', 'newer'] },
	],
	['never one in use', { holders: [used, { ...used, id: 'b' }, newer] }, { kind: 'unload', ids: ['newer'] }],
	[
		'all in use',
		{ holders: [used, { ...used, id: 'b' }, { ...used, id: 'c' }] },
		{ kind: 'in_use', by: 'models', usedBytes: 300 * MIB, inUse: [used, { ...used, id: 'b' }, { ...used, id: 'c' }] },
	],
	[
		'idle ones are not sent away in vain',
		{ neededBytes: 250 * MIB, holders: [old, used] },
		{ kind: 'in_use', by: 'models', usedBytes: 200 * MIB, inUse: [used] },
	],
	['larger than the budget', { neededBytes: 301 * MIB, holders: [old] }, { kind: 'too_large' }],
	['a machine that has all but what programs share', { availableBytes: 60 * MIB }, { kind: 'load' }],
	['a machine that is full', { availableBytes: 59 * MIB }, { kind: 'in_use', by: 'others', usedBytes: 0, inUse: [] }],
	[
		'a machine that is full, but of idle models',
		{ availableBytes: 20 * MIB, holders: [old] },
		{ kind: 'unload', ids: ['old'] },
	],
	['a budget of nothing', { budgetBytes: 0 }, { kind: 'too_large' }],
])('%s', (_, changes, answer) => {
	expect(fitModel({ ...base, ...changes })).toEqual(answer);
});
