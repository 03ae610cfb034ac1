import { EmbedError } from '../base/errors';
import { OWNER, type CallOptions, type EmbeddingProvider, type EmbedRequest, type EmbedResult } from '../base/provider';
import { HttpProvider, type HttpProviderOptions } from './http-provider';

/** A server by its address: our own host, or any other that speaks OpenAI’s wire and knows none of our fields. */
export class AnyServer implements EmbeddingProvider {
	readonly #provider: HttpProvider;
	/** Asked once; whether the server is our host. */
	#isOurs: Promise<boolean> | null = null;

	constructor(options: HttpProviderOptions) {
		this.#provider = new HttpProvider(options);
	}

	async embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedResult> {
		this.#isOurs ??= this.#ask(options);
		return this.#provider.embed((await this.#isOurs) ? request : standardRequest(request), options);
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
			this.#isOurs = null;
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
