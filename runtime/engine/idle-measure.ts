import type { Clock, Timer } from '../base/clock';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { SMALLEST_BUDGET } from '../schedule/batch-budget';
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
	#isMeasuring = false;
	/** Something was done since measuring began. */
	#isDisturbed = false;

	constructor(options: IdleMeasureOptions) {
		this.#options = options;
	}

	/** Something was done: the wait for an idle moment begins anew. */
	touch(): void {
		this.#isDisturbed = true;
		this.#timer?.cancel();
		this.#timer = this.#options.clock.after(IDLE_BEFORE_MS, () => {
			this.#timer = null;
			void this.#measure();
		});
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = null;
	}

	async #measure(): Promise<void> {
		const { fleet, logger } = this.#options;
		if (this.#isMeasuring) return;
		this.#isMeasuring = true;
		this.#isDisturbed = false;
		try {
			await fleet.test();
			if (fleet.batching === 'batched') for (const slot of fleet.ready) await this.#measureSlot(slot);
		} catch (error) {
			logger.debug('measuring stopped', { reason: messageOf(error) });
		} finally {
			this.#isMeasuring = false;
		}
	}

	async #measureSlot(slot: WorkerSlot): Promise<void> {
		const { sizes, isIdle } = this.#options;
		const budget = sizes.of(slot.role);
		for (
			let tokens = budget.sizeToMeasure(MAX_MEASURE_RUN_MS);
			tokens;
			tokens = budget.sizeToMeasure(MAX_MEASURE_RUN_MS)
		) {
			for (let run = 0; run < RUNS_PER_SIZE; run++) {
				if (this.#isDisturbed || !isIdle() || slot.state !== 'ready') return;
				try {
					budget.record(tokens, await this.#time(slot, tokens));
				} catch (error) {
					// Too large for the memory, perhaps; so it is not tried again at every idle moment.
					if (tokens > SMALLEST_BUDGET) budget.halve(tokens);
					throw error;
				}
			}
		}
	}

	async #time(slot: WorkerSlot, tokens: number): Promise<number> {
		const { clock } = this.#options;
		const rows = Array.from({ length: tokens / ROW_TOKENS }, () => new Int32Array(ROW_TOKENS).fill(SOME_ID));
		const startMs = clock.now();
		await slot.runAside(toBatch(rows));
		return clock.now() - startMs;
	}
}
