import type { Clock, Timer } from '../base/clock';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { toBatch } from '../session/batch';
import type { BatchSizes } from './batch-sizes';
import type { Fleet } from './fleet';
import type { WorkerSlot } from './worker-slot';

export interface IdleMeasureOptions {
	readonly fleet: Fleet;
	readonly sizes: BatchSizes;
	readonly isIdle: () => boolean;
	readonly clock: Clock;
	readonly logger: Logger;
}

/** So long nothing must have happened: most of what is going to come has come. */
const IDLE_BEFORE_MS = 500;
/** Runs of a size until it counts as measured, the slow first ones included. */
const RUNS_PER_SIZE = 2;
const ROW_TOKENS = 16;
/** A text that comes just then waits this long at most. */
const MAX_MEASURE_RUN_MS = 100;
/** Any id will do: how long a run takes does not depend on what the tokens mean. */
const SOME_ID = 1;

/** Measures batch sizes that are not known yet while a loaded worker has nothing to do; stops as soon as it has. */
export class IdleMeasure {
	readonly #options: IdleMeasureOptions;
	#timer: Timer | null = null;

	constructor(options: IdleMeasureOptions) {
		this.#options = options;
	}

	/** Something was done: the wait for an idle moment begins anew. */
	touch(): void {
		this.#timer?.cancel();
		this.#timer = this.#options.clock.after(IDLE_BEFORE_MS, () => {
			this.#timer = null;
			this.#measure().catch((error: unknown) =>
				this.#options.logger.debug('measuring stopped', { reason: messageOf(error) }),
			);
		});
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = null;
	}

	async #measure(): Promise<void> {
		const { fleet, sizes, isIdle } = this.#options;
		await fleet.test();
		if (fleet.batching !== 'batched') return;
		for (const slot of fleet.ready) {
			const budget = sizes.of(slot.role);
			for (
				let tokens = budget.sizeToMeasure(MAX_MEASURE_RUN_MS);
				tokens;
				tokens = budget.sizeToMeasure(MAX_MEASURE_RUN_MS)
			) {
				for (let run = 0; run < RUNS_PER_SIZE; run++) {
					if (!isIdle() || slot.state !== 'ready') return;
					budget.record(tokens, await this.#time(slot, tokens));
				}
			}
		}
	}

	async #time(slot: WorkerSlot, tokens: number): Promise<number> {
		const { clock } = this.#options;
		const rows = Array.from({ length: tokens / ROW_TOKENS }, () => new Int32Array(ROW_TOKENS).fill(SOME_ID));
		const startMs = clock.now();
		await slot.worker!.run(toBatch(rows));
		slot.lastAnswerAtMs = clock.now();
		return slot.lastAnswerAtMs - startMs;
	}
}
