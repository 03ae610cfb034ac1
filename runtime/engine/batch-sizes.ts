import type { WorkerRole } from '../schedule/assign-lane';
import { LearnedBudget, type LearnedRungs } from '../schedule/learned-budget';

/** The speeds that were learned of a model’s batches on this machine, by kind of worker. */
export type LearnedSizes = Readonly<Partial<Record<WorkerRole, LearnedRungs>>>;

/** The learned batch sizes of a model, one for each kind of worker: their threads differ, and so do their speeds. */
export class BatchSizes {
	readonly #budgets: Readonly<Record<WorkerRole, LearnedBudget>>;

	constructor(maxBatchTokens: number, known: LearnedSizes = {}) {
		this.#budgets = {
			quick: new LearnedBudget(maxBatchTokens, known.quick),
			bulk: new LearnedBudget(maxBatchTokens, known.bulk),
		};
	}

	of(role: WorkerRole): LearnedBudget {
		return this.#budgets[role];
	}

	get learned(): LearnedSizes {
		return { quick: this.#budgets.quick.rungs, bulk: this.#budgets.bulk.rungs };
	}
}
