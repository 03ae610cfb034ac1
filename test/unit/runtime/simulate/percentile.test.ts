import { expect, test } from 'vitest';

import { percentile, percentilesOf } from '../../../../runtime/simulate/percentile';

test.for([
	[[5], 0.5, 5],
	[[1, 2, 3, 4], 0.5, 2],
	[[1, 2, 3, 4], 0.51, 3],
	[[1, 2, 3, 4], 1, 4],
	[[1, 2, 3, 4], 0, 1],
] as const)('of %j at %d', ([values, share, expected]) => {
	expect(percentile(values, share)).toBe(expected);
});

test('of a hundred values in any order; none of none', () => {
	const values = Array.from({ length: 100 }, (_, i) => ((37 * i) % 100) + 1);
	expect(percentilesOf(values)).toEqual({ p50: 50, p95: 95, p99: 99 });
	expect(percentilesOf([])).toEqual({ p50: null, p95: null, p99: null });
});
