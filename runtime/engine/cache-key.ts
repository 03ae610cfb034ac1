import { createHash, type Hash } from 'node:crypto';

import type { Truncate } from '../base/provider';
import type { ModelSpec } from '../model/folder';

/** Names a computation by all that shapes its result; equal keys mean equal vectors. */
export class CacheKeys {
	readonly #prefix: Hash;

	constructor(spec: ModelSpec) {
		const shape = [spec.revision, spec.graphFile, spec.pooling.mode, spec.maxTokens];
		this.#prefix = createHash('sha256').update(JSON.stringify(shape));
	}

	/** @param text with its prompt */
	ofText(text: string, truncate: Truncate): string {
		return this.#prefix.copy().update(`\0${truncate}\0`).update(text).digest('base64');
	}

	ofIds(ids: Int32Array): string {
		return this.#prefix.copy().update('\0ids\0').update(ids).digest('base64');
	}
}
