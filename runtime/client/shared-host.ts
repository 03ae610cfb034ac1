import { setTimeout as wait } from 'node:timers/promises';

import { defaultSocket } from '../base/address';
import { EmbedError } from '../base/errors';
import type { CallOptions, EmbeddingProvider, EmbedRequest } from '../base/provider';
import { packageVersion } from '../base/version';
import { HttpProvider } from './http-provider';
import { startHost } from './start-host';

/** Waits before each start while another process starts the host, or one that is leaving still has the socket. */
const WAITS_MS = [0, 50, 100, 200, 400, 800, 1_600, 3_200, 3_650];

/** The host that all n8n processes of this user share; the first call that finds none starts it. */
export class SharedHost implements EmbeddingProvider {
	readonly #socket: string;
	readonly #provider: HttpProvider;
	readonly #environment: NodeJS.ProcessEnv;

	constructor(environment: NodeJS.ProcessEnv) {
		this.#environment = environment;
		this.#socket = defaultSocket(packageVersion(), environment);
		this.#provider = new HttpProvider({ address: { socket: this.#socket } });
	}

	embed(request: EmbedRequest, options?: CallOptions) {
		return this.#withHost(() => this.#provider.embed(request, options));
	}

	models(options?: CallOptions) {
		return this.#withHost(() => this.#provider.models(options));
	}

	health(options?: CallOptions) {
		return this.#withHost(() => this.#provider.health(options));
	}

	status(options?: CallOptions) {
		return this.#withHost(() => this.#provider.status(options));
	}

	close(): Promise<void> {
		return this.#provider.close();
	}

	/** Who is second to start the host finds it taken, and asks again; one that was just leaving is then gone. */
	async #withHost<T>(call: () => Promise<T>): Promise<T> {
		for (const waitMs of WAITS_MS) {
			try {
				return await call();
			} catch (error) {
				if (!isUnreachable(error)) throw error;
			}
			await wait(waitMs);
			await startHost(this.#socket, this.#environment);
		}
		return call();
	}
}

function isUnreachable(error: unknown): boolean {
	return error instanceof EmbedError && error.code === 'host_unreachable';
}
