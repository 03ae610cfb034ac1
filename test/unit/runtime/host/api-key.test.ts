import { expect, test } from 'vitest';

import { apiKeyCheck } from '../../../../runtime/host/api-key';
import { refusalOf } from '../../../support/async';

const check = apiKeyCheck('secret');

test.each(['Bearer secret', 'bearer secret', 'Bearer   secret '])('the header "%s" passes', (header) => {
	expect(() => check(header)).not.toThrow();
});

test.each([undefined, '', 'secret', 'Basic secret', 'Bearer', 'Bearer '])(
	'the header "%s" carries no key',
	async (header) => {
		expect(await refusalOf(() => check(header))).toMatchObject({ code: 'missing_api_key' });
	},
);

test.each(['Bearer Secret', 'Bearer secre', 'Bearer secrets', 'Bearer EMPTY'])(
	'the header "%s" carries another key',
	async (header) => {
		expect(await refusalOf(() => check(header))).toMatchObject({ code: 'invalid_api_key' });
	},
);

test.each([undefined, 'Bearer EMPTY', 'anything'])('without a configured key the header "%s" passes', (header) => {
	expect(() => apiKeyCheck(null)(header)).not.toThrow();
});
