import { createHash, type Hash } from 'node:crypto';

import type { Truncate } from '../base/provider';
import type { ModelSpec } from '../model/folder';

/** Bytes of the hash that are kept: of a billion texts two share a key with a chance below one in 10^20. */
const KEY_BYTES = 16;

/**
 * Names a computation by all that shapes its result; equal keys mean equal vectors. A key is 16 characters, each one byte
 * of a hash.
 */
export class CacheKeys {
	readonly #prefix: Hash;

	constructor(spec: ModelSpec) {
		const shape = [spec.revision, spec.graphFile, spec.pooling.mode, spec.maxTokens];
		this.#prefix = createHash('sha256').update(JSON.stringify(shape));
	}

	/** @param text with its prompt */
	ofText(text: string, truncate: Truncate): string {
		return toKey(this.#prefix.copy().update(`\0${truncate}\0`).update(text));
	}

	ofIds(ids: Int32Array): string {
		return toKey(this.#prefix.copy().update('\0ids\0').update(ids));
	}
}

// Not a slice of the digest as text: that would keep the whole digest alive.
function toKey(hash: Hash): string {
	return hash.digest().toString('latin1', 0, KEY_BYTES);
}
