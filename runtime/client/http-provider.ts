import { Agent, request as send, type Dispatcher } from 'undici';

import { describeAddress, type Address } from '../base/address';
import { EmbedError } from '../base/errors';
import type {
	CallOptions,
	EmbeddingProvider,
	EmbedRequest,
	EmbedResult,
	Health,
	LoadedState,
	LoadOptions,
	ModelInfo,
	Status,
	UnloadedState,
} from '../base/provider';
import { fromAnswer, fromLoaded, fromRefusal, fromUnloaded, pathOfModel, toBody } from './wire';

export interface HttpProviderOptions {
	readonly address: Address;
	readonly apiKey?: string;
	/** How long one request may take; loading a large model is part of the first. Default 10 minutes. */
	readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;

/** An embed host, or any OpenAI-compatible server, over HTTP: TCP or a Unix socket. */
export class HttpProvider implements EmbeddingProvider {
	readonly #address: Address;
	readonly #origin: string;
	readonly #agent: Agent;
	readonly #headers: Readonly<Record<string, string>>;

	constructor({ address, apiKey, timeoutMs = DEFAULT_TIMEOUT_MS }: HttpProviderOptions) {
		this.#address = address;
		this.#origin = 'url' in address ? originOf(address.url) : 'http://localhost';
		this.#agent = new Agent({
			...('socket' in address && { connect: { socketPath: address.socket } }),
			headersTimeout: timeoutMs,
			bodyTimeout: timeoutMs,
		});
		this.#headers = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
	}

	async embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedResult> {
		const { body, headers } = await this.#call('POST', '/v1/embeddings', options, toBody(request));
		return fromAnswer(body, request.inputs.length, headers);
	}

	async models(options?: CallOptions): Promise<readonly ModelInfo[]> {
		const { body } = await this.#call('GET', '/v1/models', options);
		const { data } = (body ?? {}) as { data?: unknown };
		if (!Array.isArray(data))
			throw new EmbedError('request_failed', `${describeAddress(this.#address)} has no list of models`);
		return (data as readonly ModelEntry[]).map((entry) => ({
			id: entry.id,
			dimensions: entry.dimensions ?? null,
			maxTokens: entry.max_tokens ?? null,
			takesInstruction: entry.takes_instruction === true,
			ownedBy: entry.owned_by ?? '',
		}));
	}

	async load(model: string, { idleTimeoutMs, ...options }: LoadOptions = {}): Promise<LoadedState> {
		const wish = idleTimeoutMs === undefined ? {} : { idle_timeout_s: idleTimeoutMs / 1000 };
		return fromLoaded((await this.#call('POST', `${pathOfModel(model)}/load`, options, wish)).body);
	}

	async unload(model: string, options?: CallOptions): Promise<UnloadedState> {
		return fromUnloaded((await this.#call('POST', `${pathOfModel(model)}/unload`, options, {})).body);
	}

	/** A host that has failed, or that drains, says so with a 503 that is an answer. */
	async health(options?: CallOptions): Promise<Health> {
		const { body, refusal } = await this.#exchange('GET', '/health', options);
		if (refusal && typeof (body as Partial<Health> | null)?.status !== 'string') throw refusal;
		return body as Health;
	}

	async status(options?: CallOptions): Promise<Status> {
		return (await this.#call('GET', '/status', options)).body as Status;
	}

	async close(): Promise<void> {
		await this.#agent.close();
	}

	async #call(method: 'GET' | 'POST', path: string, options?: CallOptions, body?: unknown) {
		const answer = await this.#exchange(method, path, options, body);
		if (answer.refusal) throw answer.refusal;
		return answer;
	}

	/** @returns a refusal beside what it came with */
	async #exchange(method: 'GET' | 'POST', path: string, { signal }: CallOptions = {}, body?: unknown) {
		const answer = await this.#send(path, {
			method,
			headers: { ...this.#headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
			...(body !== undefined && { body: JSON.stringify(body) }),
			...(signal && { signal }),
		});
		const text = await answer.body.text().catch((error: unknown) => {
			throw this.#unreachable(error, signal);
		});
		const parsed = parseJson(text);
		const { statusCode, headers } = answer;
		const refusal = statusCode >= 400 ? fromRefusal(statusCode, parsed ?? text, headers['retry-after']) : null;
		return { body: parsed, headers, refusal };
	}

	async #send(
		path: string,
		options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'>,
	): Promise<Dispatcher.ResponseData> {
		try {
			return await send(this.#origin + path, { ...options, dispatcher: this.#agent });
		} catch (error) {
			throw this.#unreachable(error, options.signal as AbortSignal | undefined);
		}
	}

	#unreachable(error: unknown, signal?: AbortSignal): EmbedError {
		if (signal?.aborted) return new EmbedError('aborted', 'The request was cancelled', { cause: error });
		const where = describeAddress(this.#address);
		return new EmbedError(
			'host_unreachable',
			`No embed server answers at ${where}: ${whyUnreachable(error)}. Is it running, and is the address right?`,
			{ cause: error },
		);
	}
}

/** In words: n8n replaces a whole message that contains a system’s code, such as ECONNREFUSED, by one of its own. */
const UNREACHABLE: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'nothing listens there',
	ENOENT: 'there is no such socket',
	ENOTFOUND: 'the name is not known',
	EAI_AGAIN: 'the name could not be looked up',
	EACCES: 'the socket belongs to somebody else',
	ECONNRESET: 'the connection was cut',
	EPIPE: 'the connection was cut',
	UND_ERR_SOCKET: 'the connection was cut',
	ETIMEDOUT: 'it did not answer in time',
	UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
	UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
	UND_ERR_BODY_TIMEOUT: 'it did not answer in time',
};

function whyUnreachable(error: unknown): string {
	const { code, errors } = error as { readonly code?: string; readonly errors?: readonly { readonly code?: string }[] };
	return UNREACHABLE[code ?? errors?.[0]?.code ?? ''] ?? 'the connection failed';
}

interface ModelEntry {
	readonly id: string;
	readonly owned_by?: string;
	readonly dimensions?: number;
	readonly max_tokens?: number;
	readonly takes_instruction?: boolean;
}

/** Base URLs are written with and without the closing `/v1`; both mean the same. */
function originOf(url: string): string {
	return url.trim().replace(/\/+$/, '').replace(/\/v1$/, '');
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
