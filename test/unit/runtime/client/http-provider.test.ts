import { describe, expect, onTestFinished, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { HttpProvider } from '../../../../runtime/client/http-provider';
import { refusalOf } from '../../../support/async';
import { answers, scriptedServer } from '../../../support/scripted-server';
import { testServer } from '../../../support/server';

/** The client before our own server, with the wire between them. */
async function clientOfHost() {
	const { server, provider, drain } = testServer();
	const url = await server.listen({ host: '127.0.0.1', port: 0 });
	const client = new HttpProvider({ address: { url } });
	onTestFinished(() => client.close());
	return { client, provider, drain };
}

describe('a model is loaded and unloaded over the wire', () => {
	test.each(['org/model', 'model', 'org/mödel 100% #1?'])('by the id %s', async (id) => {
		const { client, provider } = await clientOfHost();
		expect(await client.load(id, { idleTimeoutMs: 900_000 })).toEqual({
			id,
			state: 'ready',
			wasLoaded: false,
			loadS: 1.25,
		});
		expect(await client.load(id)).toMatchObject({ id });
		expect(await client.unload(id)).toEqual({ id, state: 'cold', endedWorkers: 2 });
		expect(provider.moves).toEqual([
			{ to: 'load', model: id, idleTimeoutMs: 900_000 },
			{ to: 'load', model: id },
			{ to: 'unload', model: id },
		]);
	});

	test('and a refusal keeps its code', async () => {
		const { client, provider } = await clientOfHost();
		provider.onMove = () => {
			throw new EmbedError('model_in_use', 'in use');
		};
		expect(await refusalOf(() => client.unload('org/model'))).toMatchObject({
			code: 'model_in_use',
			message: 'in use',
		});
	});
});

test('a host that drains is told apart from one that is gone, and when to ask again is passed on', async () => {
	const { client, drain } = await clientOfHost();
	drain.begin('SIGTERM');
	expect(await refusalOf(() => client.embed({ inputs: ['a'] }))).toMatchObject({
		code: 'shutting_down',
		retryAfterS: 1,
	});
});

describe('health', () => {
	test('is the answer also of a host that has failed or drains', async () => {
		const { client, provider, drain } = await clientOfHost();
		provider.currentHealth = { status: 'failed', models: [] };
		expect(await client.health()).toEqual({ status: 'failed', models: [] });
		drain.begin('SIGTERM');
		expect(await client.health()).toEqual({ status: 'draining', reason: 'SIGTERM', models: [] });
	});

	test('of nobody is an error', async () => {
		const server = await scriptedServer([answers]);
		await server.stop();
		const client = new HttpProvider({ address: { url: server.url } });
		onTestFinished(() => client.close());
		expect((await refusalOf(() => client.health())).code).toBe('host_unreachable');
	});
});
