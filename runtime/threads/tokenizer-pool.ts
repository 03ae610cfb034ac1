import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { Piscina } from 'piscina';

import { fromErrorMessage, type ErrorMessage } from '../base/errors';
import type { CallOptions, Priority } from '../base/provider';
import { Permits } from './permits';
import type { TokenizeAnswer, TokenizeTask } from './tokenize-task';

/** The ids of one text. */
export interface TokenizedText {
	readonly ids: Int32Array;
	readonly truncated: boolean;
}

export interface TokenizeOptions extends CallOptions {
	/** Default `interactive`: before bulk texts that wait. */
	readonly priority?: Priority;
}

/** Texts of one call that go to a thread together: enough to pay for the hop, few enough to share between threads. */
const TEXTS_PER_TASK = 64;
const IDLE_THREAD_MS = 10_000;
const MAX_THREADS = Math.max(1, Math.min(4, availableParallelism()));

/** Tokenises in threads, none of which exists while there is nothing to do. */
export class TokenizerPool {
	/** The pool is first come, first served: bulk pieces wait out here, so that a single text waits for one of them at most. */
	readonly #bulk = new Permits(MAX_THREADS);
	#running = 0;
	#pool: Piscina<TokenizeTask, TokenizeAnswer | { readonly error: ErrorMessage }> | null = null;

	/**
	 * One row a text, in order.
	 * @throws EmbedError when the tokenizer’s files cannot be used
	 */
	async encode(
		task: TokenizeTask,
		{ signal, priority = 'interactive' }: TokenizeOptions = {},
	): Promise<readonly TokenizedText[]> {
		const pool = this.#ready();
		const pieces = slices(task.texts, TEXTS_PER_TASK);
		const run = (texts: readonly string[]) => pool.run({ ...task, texts }, signal ? { signal } : {});
		this.#running++;
		const answers = await Promise.all(
			pieces.map((texts) => (priority === 'bulk' ? this.#bulk.use(() => run(texts)) : run(texts))),
		).finally(() => this.#running--);
		return answers.flatMap((answer) => {
			if ('error' in answer) throw fromErrorMessage(answer.error);
			return rowsOf(answer);
		});
	}

	get threads(): number {
		return this.#pool?.threads.length ?? 0;
	}

	/** Ends the threads before their time, unless they have anything to do; the next text starts others. */
	async rest(): Promise<void> {
		if (this.#running === 0) await this.close();
	}

	async close(): Promise<void> {
		const pool = this.#pool;
		this.#pool = null;
		await pool?.destroy();
	}

	#ready() {
		this.#pool ??= new Piscina({
			filename: join(__dirname, 'tokenize-task.js'),
			minThreads: 0,
			maxThreads: MAX_THREADS,
			idleTimeout: IDLE_THREAD_MS,
			// The host’s own arguments are not for its threads.
			argv: [],
			execArgv: [],
		});
		return this.#pool;
	}
}

function slices<T>(list: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

function rowsOf({ ids, lengths, truncated }: TokenizeAnswer): TokenizedText[] {
	let end = 0;
	return Array.from(lengths, (length, i) => {
		end += length;
		return { ids: ids.subarray(end - length, end), truncated: truncated[i] === 1 };
	});
}
