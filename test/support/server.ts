import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';

import { silentLogger, type Logger } from '../../runtime/base/logger';
import type { ConnectionLimits } from '../../runtime/host/connection-limits';
import { buildServer } from '../../runtime/host/server';
import { FakeClock } from './fake-clock';
import { FakeProvider } from './fake-provider';

export interface TestServer {
	readonly server: FastifyInstance;
	readonly provider: FakeProvider;
	readonly clock: FakeClock;
	/** How often work was reported. */
	readonly work: { count: number };
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
	const work = { count: 0 };
	const server = buildServer(provider, {
		apiKey,
		version: '1.2.3',
		...(limits && { limits }),
		clock,
		logger,
		onWork: () => (work.count++, () => void work.count++),
	});
	onTestFinished(async () => server.close());
	return {
		server,
		provider,
		clock,
		work,
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
