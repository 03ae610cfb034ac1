import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A text that the server refuses; with one of it in a list, the whole list. */
export const REFUSED = 'refused text';
const KNOWN_FIELDS = ['input', 'model', 'dimensions', 'encoding_format', 'user'];

interface Body {
	readonly input: readonly string[];
	readonly dimensions?: number;
}

/**
 * Somebody else’s OpenAI-compatible server: refuses fields that OpenAI does not have, answers numbers where base64 was
 * asked for, out of order, and does not say which text of a list it refuses.
 */
export class PlainServer {
	readonly requests: Body[] = [];
	readonly #server: Server;

	constructor() {
		this.#server = createServer((request, response) => {
			void readBody(request).then((text) => {
				const { status, body } = this.#answer(request.url ?? '', text);
				response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
			});
		});
	}

	async start(): Promise<string> {
		await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#answer(url: string, text: string): { status: number; body: unknown } {
		if (url === '/v1/models')
			return {
				status: 200,
				body: { object: 'list', data: [{ id: 'their-model', object: 'model', owned_by: 'them' }] },
			};
		if (url !== '/v1/embeddings') return { status: 404, body: { detail: 'Not Found' } };
		const body = JSON.parse(text) as Body;
		const unknown = Object.keys(body).find((field) => !KNOWN_FIELDS.includes(field));
		if (unknown) return { status: 400, body: { error: { message: `Unrecognized request argument: ${unknown}` } } };
		this.requests.push(body);
		if (body.input.includes(REFUSED))
			return { status: 400, body: { error: { message: 'content not allowed', type: 'invalid_request_error' } } };
		const data = body.input
			.map((input, index) => ({ object: 'embedding', index, embedding: vectorOf(input) }))
			.reverse();
		return {
			status: 200,
			body: {
				object: 'list',
				data,
				model: 'their-model',
				usage: { prompt_tokens: data.length, total_tokens: data.length },
			},
		};
	}
}

/** Tells texts apart by their length. */
export function vectorOf(text: string): number[] {
	return [text.length, 1, 0, 0];
}

async function readBody(request: IncomingMessage): Promise<string> {
	return Buffer.concat((await request.toArray()) as Buffer[]).toString('utf8');
}
