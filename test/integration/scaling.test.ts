import { afterAll, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { until, untilGone } from './support/processes';

afterAll(cleanUp);

const job = (texts: number) => Array.from({ length: texts }, (_, i) => `${i}: the night shift begins at ten`);

test('from nothing to several workers and back to nothing, with a reason for each change and no failed request', async () => {
	const host = await EmbedHost.start(['--threads', '2', '--cache-bytes', '0', '--idle-timeout-s', '1']);
	expect((await host.model()).scaling).toMatchObject({ minWorkers: 0, maxWorkers: 3, events: [] });
	expect((await host.post({ input: job(1_500) })).status).toBe(200);
	const pids = (await host.model()).workers.map(({ pid }) => pid);
	expect(pids).toHaveLength(3);
	await until('the model is cold', async () => (await host.model()).state === 'cold');
	await Promise.all(pids.map((pid) => untilGone(pid)));
	const { events } = (await host.model()).scaling;
	expect(events[0]).toMatchObject({ from: 0, to: 1, reason: 'cold start: texts wait' });
	expect(events.find(({ to }) => to === 3)).toMatchObject({ from: 1, reason: expect.stringMatching(/start|waited/) });
	expect(events.at(-1)).toMatchObject({ to: 0, reason: 'idle' });
	await host.stop();
});

test('--min-workers 1 loads the model with the host and keeps it', async () => {
	const host = await EmbedHost.start(['--min-workers', '1', '--idle-timeout-s', '0']);
	await until('the model is ready', async () => (await host.model()).state === 'ready');
	const worker = await host.worker();
	await host.embed('a');
	await new Promise((resolve) => setTimeout(resolve, 500));
	expect(await host.worker()).toBe(worker);
	expect((await host.model()).unloadInS).toBeNull();
	await host.stop();
	await untilGone(worker!);
});

test('--min-workers over --max-workers is refused in words', async () => {
	await expect(EmbedHost.start(['--min-workers', '3', '--max-workers', '2'])).rejects.toThrow(
		/--min-workers 3 is more than --max-workers 2/,
	);
});
