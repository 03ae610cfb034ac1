import type { EmbedRequest, Truncate } from '../base/provider';
import type { ModelSpec } from '../model/folder';
import { applyPrompt } from '../model/prompts';
import { CacheKeys } from './cache-key';

/** A text, or token ids. */
export type Input = string | readonly number[];

/** How a request wants its inputs to be read. */
export type Reading = Pick<EmbedRequest, 'role' | 'instruction' | 'truncate'>;

/** An input as it is computed: a text with its prompt, or token ids, cut to the limit. */
export type Prepared = { readonly key: string } & ({ readonly text: string } | { readonly ids: Int32Array });

/** Makes of a request’s inputs what is computed, and the key under which it is known. */
export class InputPreparer {
	readonly #spec: ModelSpec;
	readonly #keys: CacheKeys;

	constructor(spec: ModelSpec) {
		this.#spec = spec;
		this.#keys = new CacheKeys(spec);
	}

	prepare(input: Input, { role, instruction, truncate = 'end' }: Reading): Prepared {
		if (typeof input !== 'string') {
			const ids = cutIds(input, this.#spec.maxTokens, truncate);
			return { key: this.#keys.ofIds(ids), ids };
		}
		const as = role ?? (instruction === undefined ? 'document' : 'query');
		const text = applyPrompt(this.#spec.prompts, input, as, instruction);
		return { key: this.#keys.ofText(text, truncate), text };
	}
}

/** Token ids are cut as texts are; the caller’s last id stays, since there a model’s closing token stands. */
function cutIds(ids: readonly number[], maxTokens: number, truncate: Truncate): Int32Array {
	if (ids.length <= maxTokens) return Int32Array.from(ids);
	if (truncate === 'start') return Int32Array.from(ids.slice(-maxTokens));
	return Int32Array.from([...ids.slice(0, maxTokens - 1), ids.at(-1)!]);
}
