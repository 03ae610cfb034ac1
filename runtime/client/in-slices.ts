import { setImmediate as nextTurn } from 'node:timers/promises';

import { EmbedError } from '../base/errors';
import type { CallOptions } from '../base/provider';

/** How long a loop may keep everything else in the process waiting. */
const SLICE_MS = 5;

export interface SliceOptions extends CallOptions {
	/** Length of a slice; one visit is never cut. Default 5. */
	readonly sliceMs?: number;
	/** Milliseconds since an arbitrary start. Default `performance.now`. */
	readonly now?: () => number;
}

/**
 * A long loop as a good neighbour: calls `visit` for 0 to `count` − 1, in order, and lets the event loop turn after each
 * slice of time. What is done within the first slice is done at once.
 * @throws EmbedError `aborted` at the end of a slice in which the signal fired, and what `visit` throws
 */
export async function inSlices(
	count: number,
	visit: (position: number) => void,
	{ signal, sliceMs = SLICE_MS, now = () => performance.now() }: SliceOptions = {},
): Promise<void> {
	let endMs = now() + sliceMs;
	for (let position = 0; position < count; position++) {
		if (now() >= endMs) {
			await nextTurn();
			if (signal?.aborted) throw new EmbedError('aborted', 'The work was cancelled');
			endMs = now() + sliceMs;
		}
		visit(position);
	}
}
