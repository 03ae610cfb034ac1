import { toEmbedError } from '../base/errors';
import type { CallOptions } from '../base/provider';
import { nextWaitMs } from './next-wait';
import type { Patience } from './patience';
import { pause } from './pause';

/** Time and chance, which tests take into their own hands. */
export interface WaitingRoom {
	/** @throws EmbedError `aborted` at once when the signal fires */
	readonly pause: (waitMs: number, options: CallOptions) => Promise<void>;
	/** 0 to 1. */
	readonly random: () => number;
}

const WAITING_ROOM: WaitingRoom = { pause, random: Math.random };

/**
 * Makes a call again for as long as its error is one that passes. Waits for one kind of error do not use up the patience
 * for another.
 * @throws EmbedError the last one; `aborted` when the signal fires in a wait
 */
export async function askAgain<T>(
	call: () => Promise<T>,
	patience: Patience,
	options: CallOptions = {},
	room: WaitingRoom = WAITING_ROOM,
): Promise<T> {
	/** By patience, which tells the kinds apart. */
	const waits = new Map<number, { readonly attempt: number; readonly waitedMs: number }>();
	for (;;) {
		try {
			return await call();
		} catch (thrown) {
			const error = toEmbedError(thrown);
			const patienceMs = patience(error);
			const { attempt, waitedMs } = waits.get(patienceMs) ?? { attempt: 1, waitedMs: 0 };
			const { retryAfterS } = error;
			const waitMs = nextWaitMs({ attempt, waitedMs, patienceMs, retryAfterS, random: room.random() });
			if (waitMs === null) throw error;
			waits.set(patienceMs, { attempt: attempt + 1, waitedMs: waitedMs + waitMs });
			await room.pause(waitMs, options);
		}
	}
}
