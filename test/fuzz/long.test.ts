import { afterAll, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from '../integration/support/embed-host';
import { fuzz } from './hostile-caller';

/** Set by `npm run fuzz`. */
const REQUESTS = Number(process.env.EMBED_FUZZ_REQUESTS ?? 100_000);
const SEED = process.env.EMBED_FUZZ_SEED;

afterAll(cleanUp);

test(`${REQUESTS} hostile requests get what the API’s description declares`, async () => {
	const host = await EmbedHost.start([]);
	const { pid } = await host.status();
	let next = REQUESTS / 20;
	const onProgress = (sent: number, statuses: Readonly<Record<string, number>>) => {
		if (sent < next) return;
		next += REQUESTS / 20;
		process.stderr.write(`${sent} requests: ${JSON.stringify(statuses)}\n`);
	};
	await fuzz(host, { requests: REQUESTS, onProgress, ...(SEED !== undefined && { seed: Number(SEED) }) });
	expect((await host.status()).pid).toBe(pid);
	expect(host.log).not.toContain('request failed');
});
