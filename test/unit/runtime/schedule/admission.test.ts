import { expect, test } from 'vitest';

import { admit, type Load } from '../../../../runtime/schedule/admission';
import { refusalOf } from '../../../support/async';

const load = (changes: Partial<Load> = {}): Load => ({
	queuedTokens: 900,
	maxQueuedTokens: 1_000,
	tokensPerSecond: 50,
	...changes,
});

test.each([
	['what fits', 100, load()],
	['nothing, though the queue is full', 0, load({ queuedTokens: 1_000 })],
	['anything when nothing waits', 5_000, load({ queuedTokens: 0 })],
])('takes %s', (_, tokens, state) => {
	expect(() => admit(tokens, state)).not.toThrow();
});

test.each([
	['when there will be room', 350, load(), 5],
	['after a second at least', 101, load(), 1],
	['when the queue is done, for a request larger than the queue', 5_000, load(), 18],
	['after some seconds when nothing was measured', 200, load({ tokensPerSecond: null }), 5],
])('refuses what does not fit, to be tried again %s', async (_, tokens, state, seconds) => {
	const error = await refusalOf(() => admit(tokens, state));
	expect(error).toMatchObject({ code: 'overloaded', retryAfterS: seconds });
	expect(error.message).toContain('--max-queued-tokens');
});
