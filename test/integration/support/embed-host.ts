import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { Agent, request } from 'undici';

import type { EmbedRequest, ModelStatus, Status } from '../../../runtime/base/provider';
import { removeFolders } from './folders';
import { nodeFor } from './node-for-user';
import { cli } from './paths';
import { cleanEnvironment, expectNoProcessLeft, isAlive, until } from './processes';

export interface HostOptions {
	readonly environment?: NodeJS.ProcessEnv;
	readonly uid?: number;
	/** Sent with every request. */
	readonly apiKey?: string;
}

export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: AnswerBody;
}

/** What a test may read of an answer; a field that is not there reads as undefined and fails the comparison. */
export interface AnswerBody {
	readonly data: readonly {
		readonly index: number;
		readonly embedding: string | readonly number[];
		readonly cached?: boolean;
	}[];
	readonly usage: {
		readonly prompt_tokens: number;
		readonly prompt_tokens_details: { readonly cached_tokens: number };
	};
	readonly error: {
		readonly message: string;
		readonly type: string;
		readonly param: string | null;
		readonly code: string;
		readonly items?: readonly { readonly index: number; readonly code: string }[];
	};
}

const running = new Set<EmbedHost>();

/** `serve` as a real process. */
export class EmbedHost {
	readonly pid: number;
	readonly models: readonly string[];
	/** URL or socket path. */
	readonly listening: string;
	readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
	readonly #child: ChildProcess;
	readonly #agent: Agent;
	readonly #log: string[];
	readonly #headers: Readonly<Record<string, string>>;

	private constructor(child: ChildProcess, log: string[], line: string, apiKey?: string) {
		const { pid, models, listening } = JSON.parse(line) as { pid: number; models: string[]; listening: string };
		this.#child = child;
		this.#log = log;
		this.pid = pid;
		this.models = models;
		this.listening = listening;
		this.#agent = new Agent({
			...(!listening.startsWith('http') && { connect: { socketPath: listening } }),
			headersTimeout: 120_000,
		});
		this.#headers = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
		this.exited = once(child, 'exit').then(([code, signal]) => ({
			code: code as number | null,
			signal: signal as NodeJS.Signals | null,
		}));
		running.add(this);
	}

	/** On a free port of 127.0.0.1, unless `args` name a socket. Fails with the host’s own words if it does not listen. */
	static async start(args: readonly string[], { environment, uid, apiKey }: HostOptions = {}): Promise<EmbedHost> {
		const place = args.includes('--socket') ? [] : ['--port', '0'];
		const child = spawn(nodeFor(uid), [cli, 'serve', ...place, ...args], {
			env: cleanEnvironment({ ...environment, ...(apiKey && { EMBED_API_KEY: apiKey }) }),
			stdio: ['ignore', 'pipe', 'pipe'],
			...(uid !== undefined && { uid, gid: uid }),
		});
		const log: string[] = [];
		child.stderr!.setEncoding('utf8').on('data', (text: string) => log.push(text));
		child.stdout!.setEncoding('utf8');
		const line = await Promise.race([
			once(child.stdout!, 'data').then(([text]) => text as string),
			once(child, 'close').then(([code]) => {
				throw new Error(`the host ended with code ${String(code)}: ${log.join('')}`);
			}),
		]);
		return new EmbedHost(child, log, line, apiKey);
	}

	/** Standard error so far. */
	get log(): string {
		return this.#log.join('');
	}

	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	async stop(): Promise<void> {
		running.delete(this);
		if (isAlive(this.pid)) this.kill('SIGTERM');
		await this.exited;
		await this.#agent.destroy();
	}

	async send(
		method: 'GET' | 'POST',
		path: string,
		body?: string | Buffer,
		headers: Readonly<Record<string, string>> = {},
	): Promise<Answer> {
		const origin = this.listening.startsWith('http') ? this.listening : 'http://localhost';
		const answer = await request(origin + path, {
			method,
			dispatcher: this.#agent,
			headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...this.#headers, ...headers },
			...(body !== undefined && { body }),
		});
		return {
			status: answer.statusCode,
			headers: answer.headers,
			body: JSON.parse(await answer.body.text()) as AnswerBody,
		};
	}

	/** POST /v1/embeddings with this body. */
	post(body: unknown): Promise<Answer> {
		return this.send('POST', '/v1/embeddings', JSON.stringify(body));
	}

	/** The vectors of one request that must succeed. */
	async embed(
		input: EmbedRequest['inputs'] | string,
		fields: Readonly<Record<string, unknown>> = {},
	): Promise<Float32Array[]> {
		const { status, body } = await this.post({ input, encoding_format: 'base64', ...fields });
		if (status !== 200) throw new Error(`${status}: ${body.error.message}`);
		return body.data.map(({ embedding }) => fromBase64(embedding as string));
	}

	async status(): Promise<Status> {
		return (await this.send('GET', '/status')).body as unknown as Status;
	}

	/** The status of one model; the first when none is named. */
	async model(id?: string): Promise<ModelStatus> {
		const { models } = await this.status();
		const found = id === undefined ? models[0] : models.find((model) => model.id === id);
		if (!found) throw new Error(`no model ${id} in ${models.map((model) => model.id).join(', ')}`);
		return found;
	}

	/** The status of a model once its self-test is through, which runs behind the first text. */
	async tested(id?: string): Promise<ModelStatus> {
		await until('the model is tested', async () => (await this.model(id)).batching !== null);
		return this.model(id);
	}

	/** Loads models and waits until they run texts together, if they ever do. */
	async warm(...ids: readonly string[]): Promise<void> {
		for (const model of ids) {
			await this.embed('warm up', { model });
			await this.tested(model);
		}
	}

	/** Process id of a model’s worker, undefined while it has none. */
	async worker(id?: string): Promise<number | undefined> {
		return (await this.model(id)).workers[0]?.pid;
	}
}

/** For `afterAll`: ends every host of the file, asserts that no process is left, and removes its folders. */
export async function cleanUp(): Promise<void> {
	await Promise.all([...running].map((host) => host.stop()));
	await expectNoProcessLeft();
	removeFolders();
}

function fromBase64(text: string): Float32Array {
	const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
	return new Float32Array(bytes.buffer);
}
