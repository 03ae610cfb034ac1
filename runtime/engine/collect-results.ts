import { EmbedError, toEmbedError, type ErrorCode, type ItemError } from '../base/errors';
import type { CachedVector } from '../cache/cached-vector';
import { throwItems } from './check-request';
import type { Pending } from './pending';
import type { WorkResult } from './work';

/** Faults of a text name the text; any other fault is the whole request’s. */
const FAULTS_OF_A_TEXT: readonly ErrorCode[] = [
	'empty_input',
	'input_too_long',
	'non_finite_vector',
	'inference_failed',
	'out_of_memory',
];

/**
 * Waits for every input, in order; what the cache had has no times.
 * @throws EmbedError with all inputs at fault in its `items`, the fault that hit the whole request, or `aborted`
 */
export async function collectResults(
	pending: readonly Pending[],
	signal?: AbortSignal,
): Promise<(CachedVector | WorkResult)[]> {
	// A list that the cache knows whole costs no promise an input.
	const computed = pending.flatMap((entry) => ('work' in entry ? [entry.work.result] : []));
	if (computed.length > 0) await orLeave(Promise.allSettled(computed), signal);
	const items: ItemError[] = [];
	const results: (CachedVector | WorkResult)[] = [];
	for (const [index, entry] of pending.entries()) {
		const outcome = 'hit' in entry ? entry.hit : entry.work.outcome!;
		if (!(outcome instanceof Error)) {
			results.push(outcome);
			continue;
		}
		const error = toEmbedError(outcome);
		if (!FAULTS_OF_A_TEXT.includes(error.code)) throw error;
		items.push({ index, code: error.code, message: error.message });
	}
	throwItems(items, pending.length);
	return results;
}

async function orLeave<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
	if (!signal) return promise;
	const done = new AbortController();
	try {
		return await Promise.race([
			promise,
			new Promise<never>((_, reject) => {
				if (signal.aborted) reject(leftError());
				signal.addEventListener('abort', () => reject(leftError()), { once: true, signal: done.signal });
			}),
		]);
	} finally {
		done.abort();
	}
}

export function leftError(): EmbedError {
	return new EmbedError('aborted', 'The caller left before the answer was ready');
}
