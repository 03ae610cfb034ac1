import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { TokenBatch } from '../session/batch';
import type { SelfTestResult } from '../session/self-test';
import { testWorker } from './test-worker';
import type { WorkerSlot } from './worker-slot';

export interface SelfTestingOptions {
	readonly id: string;
	/** Token ids of the self-test’s texts. */
	readonly samples: () => Promise<TokenBatch>;
	/** What an earlier self-test on this machine found; null when there was none. */
	readonly selfTest: SelfTestResult | null;
	readonly logger: Logger;
}

/** Deaths during the self-test after which texts run alone without it. */
const MAX_TEST_DEATHS = 2;

/** What is known of a model’s exactness: by a self-test that is done once, or by the workers that it killed. */
export class SelfTesting {
	readonly #options: SelfTestingOptions;
	#result: SelfTestResult | null;
	/** Workers that died during the self-test. */
	#deaths = 0;

	constructor(options: SelfTestingOptions) {
		this.#options = options;
		this.#result = options.selfTest;
	}

	/** Whether it is known if texts may run together. */
	get isOver(): boolean {
		return this.#result !== null;
	}

	/** What was found and the next host may rely on; null until the model was tested. */
	get result(): SelfTestResult | null {
		return this.#deaths < MAX_TEST_DEATHS ? this.#result : null;
	}

	/** Whether texts may run together; until the self-test has shown that they may, each runs alone. */
	get batching(): 'batched' | 'single' | null {
		if (this.#result === null) return null;
		return this.#result.exact ? 'batched' : 'single';
	}

	/**
	 * Tests the worker that is in a slot; one that ends meanwhile leaves the test to the next.
	 * @param isUnloaded whether the worker was told to go since, and has not died of the test
	 */
	async run(slot: WorkerSlot, dimensions: number, isUnloaded: () => boolean): Promise<void> {
		const { id, samples, logger } = this.#options;
		const { worker } = slot;
		try {
			this.#result = await testWorker(slot, dimensions, await samples());
		} catch (error) {
			logger.debug('self-test not finished', { model: id, reason: messageOf(error) });
			// Killed by chance, or told to go; or by what the test does, which single texts need not suffer from.
			const hasDied = slot.worker !== worker && !isUnloaded();
			if (!hasDied || ++this.#deaths < MAX_TEST_DEATHS) return;
			this.#result = { exact: false, lowestCosine: -1 };
		}
		if (!this.#result.exact) logger.warn(this.describe(), { model: id });
	}

	/** In words, of a model that is loaded. */
	describe(): string {
		const loaded = 'loaded; every text runs alone, since';
		if (this.#result === null) return 'loaded; texts run alone until the self-test is through';
		if (this.#result.exact) return 'loaded';
		if (this.#deaths >= MAX_TEST_DEATHS) return `${loaded} its process died each time that the self-test ran`;
		if (this.#result.lowestCosine <= -1) return `${loaded} several together give no vectors`;
		return `${loaded} in company its vector changes (lowest cosine ${this.#result.lowestCosine.toFixed(5)})`;
	}
}
