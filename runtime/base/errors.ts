/** One row per error code: its HTTP status, its OpenAI `type`, and whether the same request may succeed later. */
export interface ErrorRow {
	readonly status: number;
	readonly type: 'invalid_request_error' | 'authentication_error' | 'rate_limit_error' | 'server_error';
	readonly retryable: boolean;
	readonly meaning: string;
}

const invalid = (status: number, meaning: string): ErrorRow => ({
	status,
	type: 'invalid_request_error',
	retryable: false,
	meaning,
});
const server = (status: number, retryable: boolean, meaning: string): ErrorRow => ({
	status,
	type: 'server_error',
	retryable,
	meaning,
});

export const ERRORS = {
	invalid_request: invalid(400, 'A field is missing or has a value that is not allowed; `param` names it.'),
	empty_input: invalid(400, 'A text is empty or only white space.'),
	input_too_long: invalid(400, 'A text is over the model’s limit and `truncate` is `none`.'),
	too_many_inputs: invalid(400, 'More texts in one request than the limit.'),
	unsupported_instruction: invalid(400, 'An `instruction` for a model that has no instruction template.'),
	missing_api_key: { ...invalid(401, 'The host wants a key and got none.'), type: 'authentication_error' },
	invalid_api_key: { ...invalid(401, 'The key is not the host’s key.'), type: 'authentication_error' },
	caller_not_allowed: invalid(
		403,
		'A web page asked a host that has no key, or the host’s name in the address is not this machine’s.',
	),
	model_not_found: invalid(404, 'No served model has this name.'),
	not_found: invalid(404, 'No such address on this host.'),
	model_in_use: {
		...invalid(409, 'The model is not unloaded while texts run or wait, or while it is being loaded.'),
		retryable: true,
	},
	request_timeout: invalid(408, 'The request did not arrive whole in time.'),
	payload_too_large: invalid(413, 'The request body is over the limit.'),
	unsupported_media_type: invalid(415, 'The request body is not `application/json`.'),
	non_finite_vector: invalid(422, 'The model answers this text with NaN or infinity.'),
	request_failed: invalid(400, 'Another server refused the request; its own words are in the message.'),
	headers_too_large: invalid(431, 'The request’s head is over the limit of 16 KiB.'),
	overloaded: { ...server(429, true, 'More work is queued than the limit.'), type: 'rate_limit_error' },
	aborted: server(499, false, 'The caller left before the answer was ready.'),
	internal: server(500, false, 'A fault of this package.'),
	inference_failed: server(500, false, 'The model’s graph failed on this text.'),
	out_of_memory: server(500, false, 'There is not enough memory to run this text, even alone.'),
	model_unclear: server(500, false, 'The model folder does not say how the model is to be used.'),
	model_load_failed: server(500, false, 'The model’s files are missing, damaged or not readable.'),
	native_library_missing: server(500, false, 'onnxruntime’s native library does not load on this machine.'),
	model_unavailable: server(
		503,
		true,
		'The model’s process died each time that it was started; it is tried again later.',
	),
	worker_died: server(503, true, 'The process that ran the model ended before it answered.'),
	memory_in_use: server(503, true, 'Models that are in use hold the memory that this one needs.'),
	model_too_large: server(507, false, 'The model takes more memory than all models together may have.'),
	shutting_down: server(503, true, 'The host is about to exit.'),
	host_unreachable: server(503, true, 'No embed host answers at the address.'),
	host_not_private: server(500, false, 'The folder of the private socket belongs to, or is open to, someone else.'),
	address_in_use: server(500, false, 'Another program listens at the address.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** One failed input of a request with several. */
export interface ItemError {
	/** Position in the request’s inputs, from 0. */
	readonly index: number;
	readonly code: ErrorCode;
	readonly message: string;
}

export interface EmbedErrorDetails {
	/** The request field at fault, for instance `dimensions` or `input[3]`. */
	readonly param?: string;
	/** Every input at fault, where the others would have succeeded. */
	readonly items?: readonly ItemError[];
	/** Seconds after which a retry makes sense. */
	readonly retryAfterS?: number;
	readonly cause?: unknown;
}

/** What crosses a process or network border in place of the class, which does not survive it. */
export interface ErrorMessage {
	readonly code: ErrorCode;
	readonly message: string;
	readonly param?: string;
	readonly items?: readonly ItemError[];
}

/** The only error class of the package; its `code` is a row of {@link ERRORS}. */
export class EmbedError extends Error {
	override readonly name = 'EmbedError';
	readonly param: string | undefined;
	readonly items: readonly ItemError[] | undefined;
	readonly retryAfterS: number | undefined;

	constructor(
		readonly code: ErrorCode,
		message: string,
		details: EmbedErrorDetails = {},
	) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.param = details.param;
		this.items = details.items;
		this.retryAfterS = details.retryAfterS;
	}

	get row(): ErrorRow {
		return ERRORS[this.code];
	}
}

/** Any thrown value as an {@link EmbedError}; what is not one already becomes `internal`, with the original as cause. */
export function toEmbedError(error: unknown): EmbedError {
	if (error instanceof EmbedError) return error;
	const message = error instanceof Error ? error.message : String(error);
	return new EmbedError('internal', `Unexpected fault (please report it): ${message}`, { cause: error });
}

export function toErrorMessage(error: unknown): ErrorMessage {
	const { code, message, param, items } = toEmbedError(error);
	return { code, message, ...(param !== undefined && { param }), ...(items !== undefined && { items }) };
}

export function fromErrorMessage(message: ErrorMessage): EmbedError {
	const code = Object.hasOwn(ERRORS, message.code) ? message.code : 'internal';
	return new EmbedError(code, message.message, message);
}

/** The words of any thrown value. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
