import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../../runtime/base/errors';
import { gate, settle } from '../../../../support/async';
import { testServer } from '../../../../support/server';

const JSON_TYPE = { 'content-type': 'application/json' };

describe.each(['org/model', 'org%2Fmodel', 'model'])('POST /v1/models/%s', (path) => {
	const id = decodeURIComponent(path);

	test('/load answers when the model is loaded', async () => {
		const held = gate();
		const { post, provider } = testServer();
		provider.onMove = () => held.opened;
		const answers: number[] = [];
		const reply = post(`/v1/models/${path}/load`, { idle_timeout_s: 900 }).then((answer) => {
			answers.push(answer.statusCode);
			return answer;
		});
		while (provider.moves.length === 0) await settle();
		expect([provider.moves, answers]).toEqual([[{ to: 'load', model: id, idleTimeoutMs: 900_000 }], []]);
		held.open();
		expect((await reply).json()).toEqual({ id, object: 'model', state: 'ready', was_loaded: false, load_s: 1.25 });
	});

	test('/unload answers when its processes have ended', async () => {
		const { post, provider } = testServer();
		const reply = await post(`/v1/models/${path}/unload`, undefined, JSON_TYPE);
		expect([reply.statusCode, reply.json()]).toEqual([200, { id, object: 'model', state: 'cold', ended_workers: 2 }]);
		expect(provider.moves).toEqual([{ to: 'unload', model: id }]);
	});
});

test('/load needs no body, and then leaves the idle timeout to the host', async () => {
	const { post, provider, work } = testServer();
	expect((await post('/v1/models/org/model/load', undefined, JSON_TYPE)).statusCode).toBe(200);
	expect(provider.moves).toEqual([{ to: 'load', model: 'org/model' }]);
	expect(work.count).toBe(2);
});

test('a refusal is the provider’s', async () => {
	const { post, provider } = testServer();
	provider.onMove = () => {
		throw new EmbedError('model_in_use', 'in use');
	};
	const reply = await post('/v1/models/org/model/unload', {});
	expect([reply.statusCode, reply.json()]).toMatchObject([409, { error: { code: 'model_in_use', message: 'in use' } }]);
});

test.each([-1, '60', null, 1e9])('an idle timeout of %j is refused by name', async (idle_timeout_s) => {
	const { post, provider } = testServer();
	const reply = await post('/v1/models/org/model/load', { idle_timeout_s });
	expect([reply.statusCode, reply.json()]).toMatchObject([400, { error: { param: 'idle_timeout_s' } }]);
	expect(provider.moves).toEqual([]);
});

test.each(['/v1/models/org/model', '/v1/models/load', '/v1/models//load', '/v1/models/org/model/start'])(
	'there is no POST %s',
	async (url) => {
		const { post, provider } = testServer();
		const reply = await post(url, {});
		expect([reply.statusCode, reply.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
		expect(provider.moves).toEqual([]);
	},
);

describe('no model is moved by', () => {
	test.each(['load', 'unload'])('a web page’s form to /%s', async (action) => {
		const { server, provider } = testServer();
		const reply = await server.inject({ method: 'POST', url: `/v1/models/org/model/${action}` });
		expect(reply.statusCode).toBe(415);
		expect(provider.moves).toEqual([]);
	});

	test.each(['load', 'unload'])('a caller without the key at /%s', async (action) => {
		const { post, provider } = testServer('secret');
		expect((await post(`/v1/models/org/model/${action}`, {})).statusCode).toBe(401);
		expect(provider.moves).toEqual([]);
	});
});
