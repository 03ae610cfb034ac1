import { afterAll, expect, test } from 'vitest';

import { fuzz } from '../fuzz/hostile-caller';
import { cleanUp, EmbedHost } from './support/embed-host';

afterAll(cleanUp);

test('2,000 hostile requests get what the API’s description declares, and good ones beside them their vectors', async (context) => {
	const host = await EmbedHost.start([]);
	const { pid } = await host.status();
	const statuses = await fuzz(host, { requests: 2_000 });
	await context.annotate(JSON.stringify(statuses));
	// All sorts were there: taken, refused for the body, its type, its address, its caller.
	expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400', '403', '404', '415']));
	expect((await host.status()).pid).toBe(pid);
	expect(host.log).not.toContain('request failed');
});
