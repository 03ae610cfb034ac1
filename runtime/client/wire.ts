import { EmbedError, fromErrorMessage, type ErrorCode, type ItemError } from '../base/errors';
import { floatsFromBase64 } from '../base/number-format';
import type { EmbedRequest, EmbedResult, LoadedState, ModelState, UnloadedState } from '../base/provider';

/** The request body for any OpenAI-compatible server: fields of ours only where the request uses them. */
export function toBody(request: EmbedRequest): Record<string, unknown> {
	const { inputs, model, dimensions, instruction, role, truncate, priority, idleTimeoutMs } = request;
	return {
		input: inputs,
		encoding_format: 'base64',
		...(model !== undefined && { model }),
		...(dimensions !== undefined && { dimensions }),
		...(instruction !== undefined && { instruction }),
		...(role !== undefined && { input_type: role }),
		...(truncate !== undefined && { truncate }),
		...(priority !== undefined && { priority }),
		...(idleTimeoutMs !== undefined && { idle_timeout_s: idleTimeoutMs / 1000 }),
	};
}

interface Answer {
	readonly data?: readonly {
		readonly index?: number;
		readonly embedding?: string | readonly number[];
		readonly cached?: boolean;
	}[];
	readonly model?: string;
	readonly usage?: {
		readonly prompt_tokens?: number;
		readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null;
	};
}

/**
 * Reads an answer, also of servers that ignore `encoding_format` or answer out of order.
 * @throws EmbedError when the answer does not hold one vector an input
 */
export function fromAnswer(body: unknown, inputs: number, headers: Readonly<Record<string, unknown>>): EmbedResult {
	const { data, model, usage } = (body ?? {}) as Answer;
	if (!Array.isArray(data) || data.length !== inputs) {
		throw new EmbedError(
			'request_failed',
			`The server answered ${Array.isArray(data) ? data.length : 'no'} vectors for ${inputs} texts; is it an embeddings server?`,
		);
	}
	const ordered = data.map((entry, i) => ({ ...entry, index: entry.index ?? i })).sort((a, b) => a.index - b.index);
	const vectors = ordered.map(({ embedding }) => toVector(embedding));
	const ms = (name: string) => Number(headers[`x-${name}-time-ms`] ?? 0);
	return {
		model: model ?? '',
		dimensions: vectors[0]?.length ?? 0,
		vectors,
		cached: ordered.map(({ cached }) => cached === true),
		usage: { tokens: usage?.prompt_tokens ?? 0, cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0 },
		timings: { queueMs: ms('queue'), tokenizeMs: ms('tokenize'), inferenceMs: ms('inference'), totalMs: ms('total') },
	};
}

function toVector(embedding: string | readonly number[] | undefined): Float32Array {
	if (typeof embedding === 'string') return floatsFromBase64(embedding);
	if (Array.isArray(embedding)) return Float32Array.from(embedding as number[]);
	throw new EmbedError(
		'request_failed',
		'The server’s answer has an entry without an `embedding`; is it an embeddings server?',
	);
}

/** Ids contain slashes, which separate nothing here. */
export function pathOfModel(id: string): string {
	return `/v1/models/${id.split('/').map(encodeURIComponent).join('/')}`;
}

interface ModelAnswer {
	readonly id: string;
	readonly state: ModelState;
	readonly was_loaded: boolean;
	readonly load_s: number | null;
	readonly ended_workers: number;
}

export function fromLoaded(body: unknown): LoadedState {
	const { id, state, was_loaded, load_s } = body as ModelAnswer;
	return { id, state, wasLoaded: was_loaded, loadS: load_s };
}

export function fromUnloaded(body: unknown): UnloadedState {
	const { id, state, ended_workers } = body as ModelAnswer;
	return { id, state, endedWorkers: ended_workers };
}

/** A refusal as the server meant it: ours by its code, another’s by its status. */
export function fromRefusal(status: number, body: unknown, retryAfter: unknown): EmbedError {
	const error = (body as { error?: unknown } | null)?.error;
	const { message, code, param, items } = (
		typeof error === 'object' && error !== null ? error : { message: error }
	) as {
		message?: unknown;
		code?: unknown;
		param?: unknown;
		items?: unknown;
	};
	const words = typeof message === 'string' && message !== '' ? message : wordsOf(body);
	const known = fromErrorMessage({ code: String(code) as ErrorCode, message: words });
	const chosen = known.code !== 'internal' || code === 'internal' ? known.code : codeOfStatus(status);
	const seconds = Number(retryAfter);
	return new EmbedError(chosen, chosen === known.code ? words : `The server answered ${status}: ${words}`, {
		...(typeof param === 'string' && { param }),
		...(Array.isArray(items) && { items: items.flatMap(toItem) }),
		...(Number.isFinite(seconds) && seconds > 0 && { retryAfterS: seconds }),
	});
}

function toItem(item: unknown): ItemError[] {
	const { index, code, message } = (item ?? {}) as { index?: unknown; code?: unknown; message?: unknown };
	if (typeof index !== 'number' || typeof message !== 'string') return [];
	return [{ index, code: fromErrorMessage({ code: String(code) as ErrorCode, message }).code, message }];
}

function wordsOf(body: unknown): string {
	const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
	return text.slice(0, 500) || 'no reason given';
}

function codeOfStatus(status: number): ErrorCode {
	if (status === 401 || status === 403) return 'invalid_api_key';
	if (status === 404) return 'model_not_found';
	if (status === 413) return 'payload_too_large';
	if (status === 429) return 'overloaded';
	if (status === 503 || status === 502 || status === 504) return 'host_unreachable';
	return status < 500 ? 'request_failed' : 'inference_failed';
}
