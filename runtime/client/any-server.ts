import { EmbedError } from '../base/errors';
import {
	OWNER,
	type CallOptions,
	type EmbeddingProvider,
	type EmbedRequest,
	type EmbedResult,
	type LoadOptions,
} from '../base/provider';
import { askAgain, type WaitingRoom } from './ask-again';
import { HttpProvider, type HttpProviderOptions } from './http-provider';
import { patienceWhenBusy, patienceWhenBusyOrLost } from './patience';

/**
 * A server by its address: our own host, or any other that speaks OpenAI’s wire and knows none of our fields. One that is
 * not there is an error at once; one that is busy, or that was there and is lost, is asked again.
 */
export class AnyServer implements EmbeddingProvider {
	readonly #provider: HttpProvider;
	readonly #room: WaitingRoom | undefined;
	/** Asked once; whether the server is our host. */
	#isOurs: Promise<boolean> | null = null;

	constructor({ room, ...options }: HttpProviderOptions & { readonly room?: WaitingRoom }) {
		this.#provider = new HttpProvider(options);
		this.#room = room;
	}

	async embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedResult> {
		this.#isOurs ??= askAgain(() => this.#ask(options), patienceWhenBusy, options, this.#room).catch(
			(error: unknown) => {
				this.#isOurs = null;
				throw error;
			},
		);
		const understood = (await this.#isOurs) ? request : standardRequest(request);
		// It has answered: what is lost from here on was there.
		return askAgain(() => this.#provider.embed(understood, options), patienceWhenBusyOrLost, options, this.#room);
	}

	load(model: string, options?: LoadOptions) {
		return askAgain(() => this.#provider.load(model, options), patienceWhenBusy, options, this.#room);
	}

	unload(model: string, options?: CallOptions) {
		return this.#provider.unload(model, options);
	}

	models(options?: CallOptions) {
		return this.#provider.models(options);
	}

	health(options?: CallOptions) {
		return this.#provider.health(options);
	}

	status(options?: CallOptions) {
		return this.#provider.status(options);
	}

	close(): Promise<void> {
		return this.#provider.close();
	}

	async #ask(options?: CallOptions): Promise<boolean> {
		try {
			return (await this.#provider.models(options)).some(({ ownedBy }) => ownedBy === OWNER);
		} catch (error) {
			// Not every server lists its models; one that refuses the key or is not there would refuse the texts too.
			if (error instanceof EmbedError && ['model_not_found', 'request_failed'].includes(error.code)) return false;
			throw error;
		}
	}
}

/** What every OpenAI-compatible server understands. A wish that it would silently ignore is refused instead. */
function standardRequest({ inputs, model, dimensions, instruction }: EmbedRequest): EmbedRequest {
	if (instruction !== undefined) {
		throw new EmbedError(
			'unsupported_instruction',
			'This server is not an embed host and takes no instruction as a field. Write the instruction into the text as its model wants it, for Qwen3-Embedding: "Instruct: <task>", a line break, "Query:" and the text',
			{ param: 'instruction' },
		);
	}
	return { inputs, ...(model !== undefined && { model }), ...(dimensions !== undefined && { dimensions }) };
}
