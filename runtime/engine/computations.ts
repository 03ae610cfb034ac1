import type { Clock } from '../base/clock';
import { EmbedError, toEmbedError } from '../base/errors';
import type { EmbedRequest, Role, Truncate } from '../base/provider';
import type { ModelSpec } from '../model/folder';
import { applyPrompt } from '../model/prompts';
import type { TokenizedText } from '../threads/tokenizer-pool';
import { CacheKeys } from './cache-key';
import { tooLongMessage } from './check-request';
import type { Dispatcher } from './dispatcher';
import type { CachedVector, VectorCache } from './vector-cache';
import { Work } from './work';

/** One input on its way: answered by the cache, or by a computation that others may share. */
export type Pending = { readonly hit: CachedVector } | { readonly work: Work };

export interface ComputationsOptions {
	readonly spec: ModelSpec;
	readonly cache: VectorCache;
	readonly dispatcher: Dispatcher;
	/** @throws EmbedError when the tokenizer’s files cannot be used */
	readonly tokenize: (texts: readonly string[], truncate: Truncate) => Promise<readonly TokenizedText[]>;
	readonly clock: Clock;
}

interface FreshText {
	readonly work: Work;
	/** With its prompt. */
	readonly text: string;
}

/** One text, one computation: asks the cache, joins what is in flight, and starts only the rest. */
export class Computations {
	readonly #options: ComputationsOptions;
	readonly #keys: CacheKeys;
	/** Begun and not yet settled; a text is in here at most once. */
	readonly #inFlight = new Map<string, Work>();

	constructor(options: ComputationsOptions) {
		this.#options = options;
		this.#keys = new CacheKeys(options.spec);
	}

	/** One entry an input. The caller has joined every work in the answer and must `leave` each once. */
	begin({ inputs, role, instruction, truncate = 'end' }: EmbedRequest): Pending[] {
		const { spec, dispatcher } = this.#options;
		const as: Role = role ?? (instruction === undefined ? 'document' : 'query');
		const fresh: FreshText[] = [];
		const ready: Work[] = [];
		const pending = inputs.map((input: string | readonly number[]): Pending => {
			if (typeof input === 'string') {
				const text = applyPrompt(spec.prompts, input, as, instruction);
				return this.#find(this.#keys.ofText(text, truncate), (work) => fresh.push({ work, text }));
			}
			const ids = cutIds(input, spec.maxTokens, truncate);
			return this.#find(this.#keys.ofIds(ids), (work) => {
				work.ids = ids;
				ready.push(work);
			});
		});
		if (ready.length > 0) dispatcher.enqueue(ready);
		if (fresh.length > 0) void this.#tokenizeThenEnqueue(fresh, truncate);
		return pending;
	}

	#find(key: string, onFresh: (work: Work) => void): Pending {
		const hit = this.#options.cache.get(key);
		if (hit) return { hit };
		let work = this.#inFlight.get(key);
		if (!work) {
			work = this.#start(key);
			onFresh(work);
		}
		work.join();
		return { work };
	}

	#start(key: string): Work {
		const { cache, dispatcher } = this.#options;
		const work = new Work(() => {
			dispatcher.queue.remove(work);
			forget();
		});
		// A text that was given up and asked for again has another work under its key by now.
		const forget = () => void (this.#inFlight.get(key) === work && this.#inFlight.delete(key));
		this.#inFlight.set(key, work);
		work.result.then(({ vector, tokens }) => {
			cache.set(key, { vector, tokens });
			forget();
		}, forget);
		return work;
	}

	async #tokenizeThenEnqueue(fresh: readonly FreshText[], truncate: Truncate): Promise<void> {
		const { clock, dispatcher, spec, tokenize } = this.#options;
		const startMs = clock.now();
		try {
			const rows = await tokenize(
				fresh.map(({ text }) => text),
				truncate,
			);
			const tokenizeMs = clock.now() - startMs;
			fresh.forEach(({ work }, i) => {
				const { ids, truncated } = rows[i]!;
				work.ids = ids;
				work.tokenizeMs = tokenizeMs;
				if (ids.length === 0)
					work.reject(new EmbedError('empty_input', 'the model’s tokenizer leaves nothing of this text; leave it out'));
				else if (truncated && truncate === 'none') work.reject(tooLong(spec.maxTokens));
			});
			dispatcher.enqueue(fresh.map(({ work }) => work).filter((work) => work.isWanted && !work.isSettled));
		} catch (error) {
			for (const { work } of fresh) work.reject(toEmbedError(error));
		}
	}
}

/** Token ids are cut as texts are; the caller’s last id stays, since there a model’s closing token stands. */
function cutIds(ids: readonly number[], maxTokens: number, truncate: Truncate): Int32Array {
	if (ids.length <= maxTokens) return Int32Array.from(ids);
	if (truncate === 'start') return Int32Array.from(ids.slice(-maxTokens));
	return Int32Array.from([...ids.slice(0, maxTokens - 1), ids.at(-1)!]);
}

function tooLong(maxTokens: number): EmbedError {
	return new EmbedError('input_too_long', tooLongMessage(maxTokens));
}
