import { expect, test } from 'vitest';

import { EmbedError, type ErrorCode } from '../../../../runtime/base/errors';
import { testServer } from '../../../support/server';

async function retryAfterOf(code: ErrorCode, retryAfterS?: number) {
	const { embed, provider } = testServer();
	provider.onEmbed = () => {
		throw new EmbedError(code, 'why', retryAfterS === undefined ? {} : { retryAfterS });
	};
	const { statusCode, headers } = await embed({ input: 'a' });
	return [statusCode, headers['retry-after']];
}

test.each<[ErrorCode, number, number, string]>([
	['overloaded', 12, 429, '12'],
	['overloaded', 1.2, 429, '2'],
	['overloaded', 0.001, 429, '1'],
	['overloaded', 0, 429, '1'],
	['overloaded', -3, 429, '1'],
	['worker_died', 4.5, 503, '5'],
	['shutting_down', 1, 503, '1'],
])('%s with a retry after %d s is a %i that says %s whole seconds', async (code, seconds, status, header) => {
	expect(await retryAfterOf(code, seconds)).toEqual([status, header]);
});

test.each([undefined, NaN, Infinity])('a wait of %s is not told', async (seconds) => {
	expect(await retryAfterOf('overloaded', seconds)).toEqual([429, undefined]);
});
