import { EmbedError, toEmbedError, type ErrorCode, type ItemError } from '../base/errors';
import { throwItems } from './check-request';
import type { Pending } from './computations';
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
 * Waits for every input, in order.
 * @throws EmbedError with all inputs at fault in its `items`, the fault that hit the whole request, or `aborted`
 */
export async function collectResults(pending: readonly Pending[], signal?: AbortSignal): Promise<WorkResult[]> {
	const all = pending.map((entry) =>
		'hit' in entry ? { ...entry.hit, tokenizeMs: 0, queueMs: 0, inferenceMs: 0 } : entry.work.result,
	);
	const settled = await orLeave(Promise.allSettled(all), signal);
	const items: ItemError[] = [];
	const results = settled.flatMap((outcome, index) => {
		if (outcome.status === 'fulfilled') return [outcome.value];
		const error = toEmbedError(outcome.reason);
		if (!FAULTS_OF_A_TEXT.includes(error.code)) throw error;
		items.push({ index, code: error.code, message: error.message });
		return [];
	});
	throwItems(items, settled.length);
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
