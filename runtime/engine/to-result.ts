import type { EmbedRequest, EmbedResult } from '../base/provider';
import { truncateDimensions } from '../base/vectors';
import type { CachedVector } from '../cache/cached-vector';
import { checkDimensions } from './check-request';
import type { Pending } from './pending';
import type { WorkResult } from './work';

export interface Collected {
	readonly model: string;
	readonly pending: readonly Pending[];
	/** Of each entry of `pending`. */
	readonly results: readonly (CachedVector | WorkResult)[];
	readonly totalMs: number;
}

/** The answer to a request whose inputs all have their vectors. @throws EmbedError for dimensions over the width */
export function toResult(request: EmbedRequest, { model, pending, results, totalMs }: Collected): EmbedResult {
	const width = results[0]!.vector.length;
	// Known for certain only now if config.json did not say it.
	if (request.dimensions !== undefined) checkDimensions(request.dimensions, width);
	const dimensions = request.dimensions ?? width;
	let [tokens, cachedTokens, queueMs, tokenizeMs, inferenceMs] = [0, 0, 0, 0, 0];
	for (const result of results) {
		tokens += result.tokens;
		if (!('queueMs' in result)) {
			cachedTokens += result.tokens;
			continue;
		}
		queueMs = Math.max(queueMs, result.queueMs);
		tokenizeMs = Math.max(tokenizeMs, result.tokenizeMs);
		inferenceMs = Math.max(inferenceMs, result.inferenceMs);
	}
	return {
		model,
		dimensions,
		vectors: results.map(({ vector }) => truncateDimensions(vector, dimensions)),
		cached: pending.map((entry) => 'hit' in entry),
		usage: { tokens, cachedTokens },
		timings: { queueMs, tokenizeMs, inferenceMs, totalMs },
	};
}
