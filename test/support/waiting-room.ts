import { EmbedError } from '../../runtime/base/errors';
import type { CallOptions } from '../../runtime/base/provider';
import type { WaitingRoom } from '../../runtime/client/ask-again';

/** Waits that are over at once and remembered; chance is always 0. */
export class FakeWaitingRoom implements WaitingRoom {
	readonly waitsMs: number[] = [];
	/** Called in each wait. */
	onPause: () => void | Promise<void> = () => {};

	readonly pause = async (waitMs: number, { signal }: CallOptions): Promise<void> => {
		this.waitsMs.push(waitMs);
		await this.onPause();
		if (signal?.aborted) throw new EmbedError('aborted', 'left');
	};

	readonly random = () => 0;
}
