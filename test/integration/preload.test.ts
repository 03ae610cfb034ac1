import { afterAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { serveAs } from './support/models';
import { builtinFolder } from './support/paths';
import { until, untilGone } from './support/processes';

afterAll(cleanUp);

describe.each(['all-MiniLM-L6-v2', 'org/model with spaces'])('%s', (id) => {
	const path = `/v1/models/${id.split('/').map(encodeURIComponent).join('/')}`;

	test('loaded before texts come is ready, and its first text waits for no load', async () => {
		const host = await EmbedHost.start([...serveAs({ [id]: builtinFolder }), '--log-level', 'info']);
		expect(await host.model()).toMatchObject({ state: 'cold', workers: [] });
		const { status, body } = await host.send('POST', `${path}/load`, JSON.stringify({ idle_timeout_s: 900 }));
		expect([status, body]).toMatchObject([200, { id, object: 'model', state: 'ready', was_loaded: false }]);
		const loadMs = 1_000 * (body as unknown as { load_s: number }).load_s;
		const model = await host.tested();
		expect(model).toMatchObject({ state: 'ready', workers: [{ role: 'quick' }] });
		expect(model.unloadInS).toBeGreaterThan(800);

		const { headers } = await host.post({ input: 'Where is my parcel?' });
		expect(Number(headers['x-queue-time-ms'])).toBeLessThan(loadMs / 2);
		expect(host.log.match(/"to":"loading"/g)).toHaveLength(1);
	});
});

test('a model is unloaded on request, and not while it works', async () => {
	const host = await EmbedHost.start(['--cache-bytes', '0']);
	const path = `/v1/models/${host.models[0]}`;
	const texts = Array.from({ length: 400 }, (_, i) => `${i} the ferry leaves from the other pier `.repeat(6));
	await host.warm(host.models[0]!);
	const workers = (await host.model()).workers.map(({ pid }) => pid);
	const job = host.embed(texts);
	await until('texts wait', async () => (await host.model()).queue.texts > 0);
	expect(await host.send('POST', `${path}/unload`, '{}')).toMatchObject({
		status: 409,
		body: { error: { code: 'model_in_use' } },
	});
	expect(await job).toHaveLength(texts.length);

	const { status, body } = await host.send('POST', `${path}/unload`, '{}');
	expect([status, body]).toMatchObject([200, { state: 'cold' }]);
	expect((body as unknown as { ended_workers: number }).ended_workers).toBeGreaterThan(0);
	expect(await host.model()).toMatchObject({ state: 'cold', reason: 'on request', workers: [] });
	for (const pid of workers) await untilGone(pid);
	expect(await host.embed('again')).toHaveLength(1);
});

test('a model that is not there, or not named, is not loaded', async () => {
	const host = await EmbedHost.start([]);
	for (const id of ['nobody/has-this', '../../etc/passwd', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', builtinFolder]) {
		expect(await host.send('POST', `/v1/models/${id}/load`, '{}')).toMatchObject({ status: 404 });
	}
	expect(await host.model()).toMatchObject({ state: 'cold', workers: [] });
});
