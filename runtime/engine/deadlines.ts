import type { ModelSpec } from '../model/folder';
import { weightBytes } from '../model/weight-bytes';
import type { WorkerRole } from '../schedule/assign-lane';
import { loadDeadlineMs } from '../schedule/load-deadline';
import { runDeadlineMs } from '../schedule/run-deadline';
import type { BatchSizes } from './batch-sizes';

/** How long a model’s workers may take before they count as hung: the policies, with what is known of the model. */
export class Deadlines {
	readonly #spec: ModelSpec;
	readonly #sizes: BatchSizes;
	readonly #loadPerCore: () => number;

	/** @param loadPerCore programs that want to run for each processor; default: none has to wait */
	constructor(spec: ModelSpec, sizes: BatchSizes, loadPerCore = () => 0) {
		this.#spec = spec;
		this.#sizes = sizes;
		this.#loadPerCore = loadPerCore;
	}

	/** @param earlierMs what the last load took; null before the first */
	ofLoad(earlierMs: number | null): number {
		return loadDeadlineMs({
			fileBytes: weightBytes(this.#spec.graphFile),
			earlierMs,
			loadPerCore: this.#loadPerCore(),
		});
	}

	/** @param earlierDeaths of workers with these texts */
	ofRun(role: WorkerRole, paddedTokens: number, earlierDeaths: number): number {
		const { speed } = this.#sizes.of(role);
		return runDeadlineMs({ paddedTokens, speed, loadPerCore: this.#loadPerCore(), earlierDeaths });
	}
}
