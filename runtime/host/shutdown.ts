import type { Clock } from '../base/clock';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Drain } from './drain';

export interface ShutdownOptions {
	readonly drain: Drain;
	readonly clock: Clock;
	readonly logger: Logger;
	/** From the beginning of the drain to the end of the host, whatever hangs. */
	readonly timeoutMs: number;
	/** Ends every part of the host in order; called once, when everything is answered. */
	readonly close: () => Promise<void>;
	/** Ends what would outlive the process, without waiting for anything. */
	readonly abandon: () => void;
}

/** Ends a host once its drain has begun: answers first, then everything else, and all that within a time. */
export class Shutdown {
	/** Resolves when the host has ended or was cut short, with whether all it had taken on was answered. */
	readonly ended: Promise<boolean>;
	readonly #options: ShutdownOptions;
	#isOver = false;
	#markEnded = (_answered: boolean) => {};

	constructor(options: ShutdownOptions) {
		this.#options = options;
		this.ended = new Promise((resolve) => (this.#markEnded = resolve));
		void options.drain.begun.then((reason) => this.#run(reason));
	}

	/** Ends the host at once, whatever is in flight. Idempotent. */
	cut(why: string): void {
		if (this.#isOver) return;
		const { drain, logger, abandon } = this.#options;
		logger.warn('ending at once', { why, inFlight: drain.inFlight });
		abandon();
		this.#end();
	}

	async #run(reason: string): Promise<void> {
		const { drain, clock, logger, timeoutMs, close } = this.#options;
		logger.info('draining', { reason, inFlight: drain.inFlight });
		const deadline = clock.after(timeoutMs, () => this.cut(`not done ${timeoutMs / 1000} s after the drain began`));
		await drain.finished;
		try {
			await close();
		} catch (error) {
			logger.error('not ended in order', { error: messageOf(error) });
		}
		deadline.cancel();
		this.#end();
	}

	#end(): void {
		this.#isOver = true;
		this.#markEnded(this.#options.drain.isFinished);
	}
}
