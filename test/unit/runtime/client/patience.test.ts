import { expect, test } from 'vitest';

import { EmbedError, ERRORS, type ErrorCode } from '../../../../runtime/base/errors';
import { isLost, patienceWhenBusy, patienceWhenBusyOrLost } from '../../../../runtime/client/patience';

const TEN_MINUTES = 600_000;
const ONE_MINUTE = 60_000;
const cut = (code: string) => new EmbedError('host_unreachable', 'why', { cause: { code } });

test.each<[string, EmbedError, number, number]>([
	['a full queue', new EmbedError('overloaded', 'why'), TEN_MINUTES, TEN_MINUTES],
	['a host that leaves', new EmbedError('shutting_down', 'why'), TEN_MINUTES, TEN_MINUTES],
	['a 503 that says when', new EmbedError('host_unreachable', 'why', { retryAfterS: 5 }), TEN_MINUTES, TEN_MINUTES],
	['a model that is left alone for a while', new EmbedError('model_unavailable', 'why'), ONE_MINUTE, ONE_MINUTE],
	['a 503 that does not', new EmbedError('host_unreachable', 'why'), 0, ONE_MINUTE],
	['a connection that was cut', cut('ECONNRESET'), 0, ONE_MINUTE],
	['an address where nothing listens any more', cut('ECONNREFUSED'), 0, ONE_MINUTE],
	['a request that took too long', cut('UND_ERR_HEADERS_TIMEOUT'), 0, 0],
	['an answer that took too long', cut('UND_ERR_BODY_TIMEOUT'), 0, 0],
])('%s', (_, error, whenBusy, whenBusyOrLost) => {
	expect(patienceWhenBusy(error)).toBe(whenBusy);
	expect(patienceWhenBusyOrLost(error)).toBe(whenBusyOrLost);
	expect(isLost(error)).toBe(error.code === 'host_unreachable' && whenBusyOrLost > 0);
});

const passing = new Set<ErrorCode>(['overloaded', 'shutting_down', 'model_unavailable', 'host_unreachable']);
test.each((Object.keys(ERRORS) as ErrorCode[]).filter((code) => !passing.has(code)))(
	'%s is met again, so nobody waits for it',
	(code) => {
		expect(patienceWhenBusyOrLost(new EmbedError(code, 'why', { retryAfterS: 5 }))).toBe(0);
	},
);
