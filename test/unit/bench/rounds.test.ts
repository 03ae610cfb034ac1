import { expect, test } from 'vitest';

import { benchModule } from '../../support/bench-module';

interface Rounds {
	alternate<T>(
		rounds: number,
		runners: Readonly<Record<string, (round: number) => Promise<T>>>,
	): Promise<Record<string, T[]>>;
	warmUp(run: () => Promise<number>, maxRuns: number): Promise<number[]>;
}
const { alternate, warmUp } = benchModule<Rounds>('rounds.mjs');

test('every contender runs once a round, and each round begins with the next one', async () => {
	const order: string[] = [];
	const runner = (name: string) => async (round: number) => {
		order.push(name);
		return `${name}${round}`;
	};
	const results = await alternate(3, { a: runner('a'), b: runner('b'), c: runner('c') });
	expect(order.join('')).toBe('abcbcacab');
	expect(results).toEqual({ a: ['a0', 'a1', 'a2'], b: ['b0', 'b1', 'b2'], c: ['c0', 'c1', 'c2'] });
});

test.each([
	['two results in a row are alike', [50, 80, 100, 98, 500], [50, 80, 100, 98]],
	['or its runs are used up', [10, 20, 40, 80, 160, 320], [10, 20, 40, 80, 160]],
])('a warm-up ends when %s', async (_, results, expected) => {
	const queue = [...results];
	expect(await warmUp(async () => queue.shift()!, 5)).toEqual(expected);
});
