import { setTimeout as wait } from 'node:timers/promises';

import { EmbedError } from '../base/errors';
import type { CallOptions } from '../base/provider';

/**
 * Waits. Unlike a timer of the engine’s clock it keeps the process alive: somebody waits for what comes after it.
 * @throws EmbedError `aborted` at once when the signal fires
 */
export async function pause(waitMs: number, { signal }: CallOptions = {}): Promise<void> {
	try {
		await wait(waitMs, undefined, signal && { signal });
	} catch (error) {
		throw new EmbedError('aborted', 'The request was cancelled', { cause: error });
	}
}
