import { afterAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { until } from './support/processes';

/** Seconds of work, in texts that are all different. */
const job = (name: string, texts = 1_500) =>
	Array.from({ length: texts }, (_, i) => `${name} ${i}: the night shift begins at ten`);

afterAll(cleanUp);

describe('a bulk job', () => {
	test('has bulk workers started for it, beside the quick one', async () => {
		const host = await EmbedHost.start(['--threads', '2', '--cache-bytes', '0']);
		const answer = host.post({ input: job('a') });
		await until('bulk workers run', async () => (await host.model()).workers.length === 3);
		expect((await host.model()).workers.map(({ role, threads }) => [role, threads])).toEqual([
			['quick', 2],
			['bulk', 1],
			['bulk', 1],
		]);
		expect((await answer).status).toBe(200);
		await host.stop();
	});

	test.for([
		{ workers: 'several workers', args: ['--threads', '2'] },
		{ workers: 'one worker', args: ['--max-workers', '1'] },
	])('lets single texts pass, with $workers', async ({ args }) => {
		const host = await EmbedHost.start([...args, '--cache-bytes', '0']);
		let isDone = false;
		const answer = host.post({ input: job('b') }).finally(() => (isDone = true));
		await until('the job is under way', async () => (await host.model()).queue.bulkTexts > 0);
		for (let i = 0; i < 10; i++) {
			expect((await host.post({ input: `single ${i}` })).status).toBe(200);
			expect(isDone).toBe(false);
		}
		expect((await answer).status).toBe(200);
		await host.stop();
	});

	test('does not shut out another that comes later', async () => {
		const host = await EmbedHost.start(['--cache-bytes', '0']);
		let isDone = false;
		const large = host.post({ input: job('large') }).finally(() => (isDone = true));
		await until('the job is under way', async () => (await host.model()).queue.bulkTexts > 500);
		expect((await host.post({ input: job('small', 100) })).status).toBe(200);
		expect(isDone).toBe(false);
		expect((await large).status).toBe(200);
		await host.stop();
	});

	test('whose caller hangs up leaves the queue', async () => {
		const host = await EmbedHost.start(['--cache-bytes', '0']);
		const leaving = new AbortController();
		const left = fetch(`${host.listening}/v1/embeddings`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ input: job('left') }),
			signal: leaving.signal,
		});
		await until('the job is under way', async () => (await host.model()).queue.bulkTexts > 500);
		leaving.abort();
		await expect(left).rejects.toThrow();
		await until('nothing of it waits', async () => (await host.model()).queue.tokens === 0, 10_000);
		await host.stop();
	});
});

describe('a host whose queue is full', () => {
	test('refuses at once with 429 and the time to wait, and takes the request then', async () => {
		const host = await EmbedHost.start(['--cache-bytes', '0', '--max-queued-tokens', '2000']);
		await host.post({ input: 'warm' });
		const first = host.post({ input: job('first') });
		await until('the queue is full', async () => (await host.model()).queue.tokens > 2_000);
		const refused = await host.post({ input: job('second', 500) });
		expect(refused.status).toBe(429);
		expect(refused.body.error).toMatchObject({ type: 'rate_limit_error', code: 'overloaded' });
		expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
		// What was taken is done all the same.
		expect((await first).status).toBe(200);
		expect((await host.post({ input: job('second', 100) })).status).toBe(200);
		await host.stop();
	});
});
