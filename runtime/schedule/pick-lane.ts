import type { Priority } from '../base/provider';

/** After so many batches in a row in which bulk texts were passed over, the next batch is theirs. */
export const MAX_PASSES = 8;

/**
 * Which lane a worker that serves both takes its next batch from: interactive first, and bulk at the latest after
 * {@link MAX_PASSES} batches, so that a bulk text whose turn it is never waits longer than that.
 * @param passes batches in a row that were interactive while bulk texts waited
 */
export function pickLane(waiting: Readonly<Record<Priority, number>>, passes: number): Priority | null {
	if (waiting.bulk > 0 && (waiting.interactive === 0 || passes >= MAX_PASSES)) return 'bulk';
	return waiting.interactive > 0 ? 'interactive' : null;
}
