import type { Clock } from '../base/clock';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { ModelSpec } from '../model/folder';
import { weightBytes } from '../model/weight-bytes';
import { inHigherPrecision } from '../model/higher-precision';
import type { WorkerRole } from '../schedule/assign-lane';
import { toBatch } from '../session/batch';
import type { ModelWorker } from '../workers/session-worker';
import { BatchSizes } from './batch-sizes';
import { Deadlines } from './deadlines';
import { nonFiniteError, settleAnswer } from './settle-run';
import type { Work } from './work';
import { WorkerSlot } from './worker-slot';

export interface SecondOpinionOptions {
	readonly spec: ModelSpec;
	readonly startWorker: (role: WorkerRole) => ModelWorker;
	readonly loadPerCore?: (() => number) | undefined;
	/** Bytes that further workers could take. */
	readonly availableBytes: () => number;
	readonly clock: Clock;
	readonly logger: Logger;
}

/** What a loaded graph takes, as a multiple of its files; texts are few here and not long. */
const BYTES_PER_FILE_BYTE = 1.5;

/**
 * The last resort for texts whose vectors are not finite: a graph of higher precision, where the model’s folder has one,
 * in a worker that is started for them and ends when none is left. What that cannot do either is refused.
 */
export class SecondOpinion {
	readonly #options: SecondOpinionOptions;
	readonly #waiting: Work[] = [];
	#isRunning = false;

	constructor(options: SecondOpinionOptions) {
		this.#options = options;
	}

	/** @param dimensions numbers in a vector */
	take(work: Work, dimensions: number): void {
		const spec = inHigherPrecision(this.#options.spec);
		if (!spec || !this.#hasRoom(spec)) return work.reject(nonFiniteError());
		this.#waiting.push(work);
		if (!this.#isRunning) void this.#runAll(spec, dimensions);
	}

	#hasRoom({ graphFile }: ModelSpec): boolean {
		return this.#isRunning || BYTES_PER_FILE_BYTE * weightBytes(graphFile) < this.#options.availableBytes();
	}

	async #runAll(spec: ModelSpec, dimensions: number): Promise<void> {
		const { startWorker, loadPerCore, clock, logger } = this.#options;
		this.#isRunning = true;
		const deadlines = new Deadlines(spec, new BatchSizes(1), loadPerCore);
		const slot = new WorkerSlot({ role: 'bulk', spec, threads: 1, startWorker, deadlines, clock, onGone: () => {} });
		logger.info('texts that are not finite run in higher precision', { model: spec.id, graphFile: spec.graphFile });
		let work: Work | undefined;
		try {
			const model = await slot.load();
			if (model.dimensions !== dimensions) throw new Error(`its vectors have ${model.dimensions} numbers`);
			while ((work = this.#waiting.shift())) if (work.isWanted) await this.#run(slot, work, dimensions);
		} catch (error) {
			logger.warn('no second opinion on texts that are not finite', { model: spec.id, reason: messageOf(error) });
			for (const left of [work, ...this.#waiting.splice(0)]) left?.reject(nonFiniteError());
		} finally {
			this.#isRunning = false;
			await slot.stop('no text is left');
		}
	}

	async #run(slot: WorkerSlot, work: Work, dimensions: number): Promise<void> {
		const startMs = this.#options.clock.now();
		const answer = await slot.run(toBatch([work.ids!]));
		const onNonFinite = () => work.reject(nonFiniteError());
		settleAnswer({ works: [work], answer, startMs, dimensions, onNonFinite });
	}
}
