import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';

import { silentLogger, type Logger } from '../../runtime/base/logger';
import type { ConnectionLimits } from '../../runtime/host/connection-limits';
import { Drain } from '../../runtime/host/drain';
import { buildServer } from '../../runtime/host/server';
import { FakeClock } from './fake-clock';
import { FakeProvider } from './fake-provider';

export interface TestServer {
	readonly server: FastifyInstance;
	readonly provider: FakeProvider;
	readonly clock: FakeClock;
	readonly drain: Drain;
	/** How often work was reported. */
	readonly work: { count: number };
	/** Without a body none is sent, and no content type either unless the headers name one. */
	post(url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>;
	get(url: string, headers?: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>;
	embed(body: unknown, headers?: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>;
}

/** The host’s server before a fake provider, without a socket. */
export function testServer(
	apiKey: string | null = null,
	logger: Logger = silentLogger,
	limits?: ConnectionLimits,
): TestServer {
	const provider = new FakeProvider();
	const clock = new FakeClock();
	const drain = new Drain();
	const work = { count: 0 };
	const server = buildServer(provider, {
		apiKey,
		version: '1.2.3',
		...(limits && { limits }),
		clock,
		logger,
		drain,
		onWork: () => (work.count++, () => void work.count++),
	});
	onTestFinished(async () => server.close());
	return {
		server,
		provider,
		clock,
		drain,
		work,
		post: (url, body, headers = {}) =>
			server.inject({
				method: 'POST',
				url,
				headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
				...(body !== undefined && { payload: JSON.stringify(body) }),
			}),
		get: (url, headers = {}) => server.inject({ method: 'GET', url, headers }),
		embed: (body, headers = {}) =>
			server.inject({
				method: 'POST',
				url: '/v1/embeddings',
				headers: { 'content-type': 'application/json', ...headers },
				payload: typeof body === 'string' ? body : JSON.stringify(body),
			}),
	};
}
