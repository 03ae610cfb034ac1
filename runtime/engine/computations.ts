import { setImmediate as turn } from 'node:timers/promises';

import type { Clock } from '../base/clock';
import { EmbedError, messageOf, toEmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EmbedRequest, Inputs, Priority, Truncate } from '../base/provider';
import type { CacheLevels } from '../cache/cache-levels';
import type { CachedVector } from '../cache/cached-vector';
import type { ModelSpec } from '../model/folder';
import type { TokenizedText } from '../threads/tokenizer-pool';
import { estimateTokens, type Backlog } from './backlog';
import { tooLongMessage } from './check-request';
import { leftError } from './collect-results';
import type { Dispatcher } from './dispatcher';
import type { Pending } from './pending';
import { InputPreparer, type Input, type Prepared, type Reading } from './prepare-input';
import { Work } from './work';

export interface ComputationsOptions {
	readonly spec: ModelSpec;
	readonly cache: CacheLevels;
	readonly dispatcher: Dispatcher;
	readonly backlog: Backlog;
	/** @throws EmbedError when the tokenizer’s files cannot be used */
	readonly tokenize: (
		texts: readonly string[],
		truncate: Truncate,
		priority: Priority,
	) => Promise<readonly TokenizedText[]>;
	/** Whether a worker may be started while the texts are still being tokenised. */
	readonly mayStartEarly: () => boolean;
	readonly logger: Logger;
	readonly clock: Clock;
}

/** What a request’s inputs have in common. */
interface Manner extends Reading {
	readonly priority: Priority;
	/** The request itself, whose turns its texts wait for. */
	readonly job: object;
	/** What the cache had of its inputs so far, by key. */
	readonly hits: Map<string, Pending>;
}

interface FreshText {
	readonly work: Work;
	/** With its prompt. */
	readonly text: string;
}

/** Inputs begun in one go: a few milliseconds of work, after which others have their turn. */
const SLICE_INPUTS = 256;
/** Requests of at most so many inputs are interactive unless they say otherwise. */
export const MAX_INTERACTIVE_INPUTS = 8;

/** One text, one computation: asks the cache, joins what is in flight, and starts only the rest. */
export class Computations {
	readonly #options: ComputationsOptions;
	readonly #inputs: InputPreparer;
	/** Begun and not yet settled; a text is in here at most once. */
	readonly #inFlight = new Map<string, Work>();

	constructor(options: ComputationsOptions) {
		this.#options = options;
		this.#inputs = new InputPreparer(options.spec);
	}

	/**
	 * Adds one entry an input to `pending`, in order, a slice at a time. The caller has joined every work in it and must
	 * `leave` each once, also when this throws.
	 * @throws EmbedError `overloaded`
	 */
	async begin(request: EmbedRequest, pending: Pending[], signal?: AbortSignal): Promise<void> {
		const { inputs, priority = inputs.length <= MAX_INTERACTIVE_INPUTS ? 'interactive' : 'bulk' } = request;
		const { backlog } = this.#options;
		let reserved = await this.#reserve(request);
		const giveBack = (tokens: number) => {
			backlog.add(-tokens);
			reserved -= tokens;
		};
		// The cache gives copies: a text that a request has twice needs one.
		const hits = new Map<string, Pending>();
		try {
			for (const slice of slicesOf(inputs)) {
				if (pending.length > 0) await turn();
				if (signal?.aborted) throw leftError();
				giveBack(Math.min(reserved, this.#estimate(slice)));
				this.#beginSlice(slice, { ...request, priority, job: request, hits }, pending);
			}
		} finally {
			giveBack(reserved);
		}
	}

	/**
	 * Sets room aside for a whole request at once, before others can take it. What the cache has, or is under way already,
	 * needs no room: it is looked for only when there may be too little.
	 * @returns tokens to give back
	 * @throws EmbedError `overloaded`
	 */
	async #reserve(request: EmbedRequest): Promise<number> {
		const { backlog, cache } = this.#options;
		const total = this.#estimate(request.inputs);
		if (backlog.hasRoom(total)) {
			backlog.add(total);
			return total;
		}
		const fresh = new Map<string, number>();
		for (const slice of slicesOf(request.inputs)) {
			for (const input of slice) {
				const { key } = this.#inputs.prepare(input, request);
				if (!this.#inFlight.has(key) && !cache.has(key)) fresh.set(key, this.#estimateOne(input));
			}
			await turn();
		}
		const wanted = [...fresh.values()].reduce((sum, tokens) => sum + tokens, 0);
		backlog.check(wanted);
		backlog.add(wanted);
		return wanted;
	}

	#estimate(inputs: readonly Input[]): number {
		return inputs.reduce<number>((tokens, input) => tokens + this.#estimateOne(input), 0);
	}

	#estimateOne(input: Input | Int32Array): number {
		const { maxTokens } = this.#options.spec;
		return typeof input === 'string' ? estimateTokens(input.length, maxTokens) : Math.min(input.length, maxTokens);
	}

	#beginSlice(inputs: readonly Input[], manner: Manner, pending: Pending[]): void {
		const { job, priority, hits } = manner;
		const { cache, dispatcher } = this.#options;
		const fresh: FreshText[] = [];
		const ready: Work[] = [];
		try {
			for (const input of inputs) {
				const prepared = this.#inputs.prepare(input, manner);
				const hit = hits.get(prepared.key) ?? asPending(cache.get(prepared.key));
				if (hit) {
					hits.set(prepared.key, hit);
					pending.push(hit);
					continue;
				}
				let work = this.#inFlight.get(prepared.key);
				if (!work) {
					work = this.#start(prepared, job, priority);
					if ('text' in prepared) fresh.push({ work, text: prepared.text });
					else ready.push(work);
				} else if (priority === 'interactive' && work.lane === 'bulk') dispatcher.lift(work, job);
				work.join();
				pending.push({ work });
			}
		} finally {
			// What was begun goes on, whatever happened to the rest: others may have joined it.
			dispatcher.enqueue(ready);
			if (fresh.length > 0) void this.#tokenizeThenEnqueue(fresh, manner);
		}
	}

	#start(prepared: Prepared, job: object, lane: Priority): Work {
		const { dispatcher } = this.#options;
		const { key } = prepared;
		const end = () => {
			this.#count(work, 0);
			// A text that was given up and asked for again has another work under its key by now.
			if (this.#inFlight.get(key) === work) this.#inFlight.delete(key);
		};
		const onAbandoned = () => {
			dispatcher.drop(work);
			end();
		};
		const work: Work = new Work({ job, lane, onAbandoned });
		if ('ids' in prepared) work.ids = prepared.ids;
		this.#count(work, this.#estimateOne('ids' in prepared ? prepared.ids : prepared.text));
		this.#inFlight.set(key, work);
		work.result
			.then(
				(result) => this.#keep(key, result),
				() => {},
			)
			.finally(end);
		return work;
	}

	#keep(key: string, { vector, tokens }: CachedVector): void {
		try {
			this.#options.cache.set(key, vector, tokens);
		} catch (error) {
			this.#options.logger.warn('vector not kept in the cache', { reason: messageOf(error) });
		}
	}

	#count(work: Work, tokens: number): void {
		this.#options.backlog.add(tokens - work.countedTokens);
		work.countedTokens = tokens;
	}

	async #tokenizeThenEnqueue(fresh: readonly FreshText[], manner: Manner): Promise<void> {
		const { clock, dispatcher, spec, tokenize, mayStartEarly } = this.#options;
		const { truncate = 'end', priority } = manner;
		const startMs = clock.now();
		const arrive = mayStartEarly() ? dispatcher.expect() : () => {};
		try {
			const rows = await tokenize(
				fresh.map(({ text }) => text),
				truncate,
				priority,
			).finally(arrive);
			const tokenizeMs = clock.now() - startMs;
			fresh.forEach(({ work }, i) => {
				const { ids, truncated } = rows[i]!;
				work.ids = ids;
				work.tokenizeMs = tokenizeMs;
				if (ids.length === 0)
					work.reject(new EmbedError('empty_input', 'the model’s tokenizer leaves nothing of this text; leave it out'));
				else if (truncated && truncate === 'none') work.reject(tooLong(spec.maxTokens));
			});
			const wanted = fresh.map(({ work }) => work).filter((work) => work.isWanted && !work.isSettled);
			for (const work of wanted) this.#count(work, work.tokens);
			dispatcher.enqueue(wanted);
		} catch (error) {
			for (const { work } of fresh) work.reject(toEmbedError(error));
		}
	}
}

function tooLong(maxTokens: number): EmbedError {
	return new EmbedError('input_too_long', tooLongMessage(maxTokens));
}

function asPending(hit: CachedVector | undefined): Pending | undefined {
	return hit && { hit };
}

function slicesOf(inputs: Inputs): (readonly Input[])[] {
	return Array.from({ length: Math.ceil(inputs.length / SLICE_INPUTS) }, (_, i) =>
		inputs.slice(i * SLICE_INPUTS, (i + 1) * SLICE_INPUTS),
	);
}
