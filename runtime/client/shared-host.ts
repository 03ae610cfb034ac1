import { defaultSocket } from '../base/address';
import { EmbedError } from '../base/errors';
import type { CallOptions, EmbeddingProvider, EmbedRequest, LoadOptions } from '../base/provider';
import { packageVersion } from '../base/version';
import { askAgain, type WaitingRoom } from './ask-again';
import { HttpProvider } from './http-provider';
import { isLost, patienceWhenBusy } from './patience';
import { pause } from './pause';
import { startHost } from './start-host';

/** Waits before each start while another process starts the host, or one that is leaving still has the socket. */
const WAITS_MS = [0, 50, 100, 200, 400, 800, 1_600, 3_200, 3_650];

/**
 * The host that all n8n processes of this user share; the first call that finds none starts it, also when it was lost in
 * the middle of a call. One that is busy is asked again.
 */
export class SharedHost implements EmbeddingProvider {
	readonly #socket: string;
	readonly #provider: HttpProvider;
	readonly #environment: NodeJS.ProcessEnv;
	readonly #room: WaitingRoom | undefined;

	constructor(environment: NodeJS.ProcessEnv, room?: WaitingRoom) {
		this.#environment = environment;
		this.#room = room;
		this.#socket = defaultSocket(packageVersion(), environment);
		this.#provider = new HttpProvider({ address: { socket: this.#socket } });
	}

	embed(request: EmbedRequest, options?: CallOptions) {
		// A lost connection is none of its business here: that starts the host anew.
		const embed = () => askAgain(() => this.#provider.embed(request, options), patienceWhenBusy, options, this.#room);
		return this.#withHost(embed, options);
	}

	load(model: string, options?: LoadOptions) {
		const load = () => askAgain(() => this.#provider.load(model, options), patienceWhenBusy, options, this.#room);
		return this.#withHost(load, options);
	}

	unload(model: string, options?: CallOptions) {
		const unload = () => askAgain(() => this.#provider.unload(model, options), patienceWhenBusy, options, this.#room);
		return this.#withHost(unload, options);
	}

	models(options?: CallOptions) {
		return this.#withHost(() => this.#provider.models(options), options);
	}

	health(options?: CallOptions) {
		return this.#withHost(() => this.#provider.health(options), options);
	}

	status(options?: CallOptions) {
		return this.#withHost(() => this.#provider.status(options), options);
	}

	close(): Promise<void> {
		return this.#provider.close();
	}

	/** Who is second to start the host finds it taken, and asks again; one that was just leaving is then gone. */
	async #withHost<T>(call: () => Promise<T>, options?: CallOptions): Promise<T> {
		for (const waitMs of WAITS_MS) {
			try {
				return await call();
			} catch (error) {
				if (!(error instanceof EmbedError && isLost(error))) throw error;
			}
			await pause(waitMs, options);
			await startHost(this.#socket, this.#environment);
		}
		return call();
	}
}
