import { describe, expect, test } from 'vitest';

import { afterDeath, CLOSED, verdict, type BreakerState } from '../../../../runtime/schedule/breaker';

/** The state after a worker died while it loaded at each of these times. */
const after = (...timesMs: readonly number[]) => timesMs.reduce<BreakerState>(afterDeath, CLOSED);

describe('the breaker of a model', () => {
	test.each<[string, BreakerState, number, ReturnType<typeof verdict>]>([
		['is closed at first', CLOSED, 0, 'closed'],
		['stays closed after two deaths', after(0, 1), 1, 'closed'],
		['opens at the third in a row', after(0, 1, 2), 2, 'open'],
		['stays open for ten seconds', after(0, 1, 2), 10_001, 'open'],
		['lets one try then', after(0, 1, 2), 10_002, 'half-open'],
		['opens again when the try dies', after(0, 1, 2, 20_000), 20_000, 'open'],
		['for twice as long', after(0, 1, 2, 20_000), 39_999, 'open'],
		['and half opens again', after(0, 1, 2, 20_000), 40_000, 'half-open'],
	])('%s', (_, state, nowMs, expected) => {
		expect(verdict(state, nowMs)).toBe(expected);
	});

	test('is never open for longer than five minutes', () => {
		const opens = Array.from({ length: 100 }, (_, i) => i * 1_000_000);
		expect(after(0, 0, ...opens).openUntilMs).toBe(opens.at(-1)! + 300_000);
	});
});
