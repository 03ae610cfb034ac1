import { toEmbedError } from '../base/errors';
import { toBatch, toRows, type TokenBatch } from '../session/batch';
import { testExactness, type SelfTestResult } from '../session/self-test';
import type { WorkerSlot } from './worker-slot';

/**
 * The self-test, run on a loaded worker a few rows at a time, so that texts that come meanwhile wait for one such run.
 * @param samples token ids of different texts of different lengths
 * @throws EmbedError `worker_died`
 */
export function testWorker(slot: WorkerSlot, dimensions: number, samples: TokenBatch): Promise<SelfTestResult> {
	return testExactness(toRows(samples), async (rows, width) => {
		try {
			const { vectors } = await slot.runAside(toBatch(rows), width);
			return rows.map((_, row) => vectors.subarray(row * dimensions, (row + 1) * dimensions));
		} catch (error) {
			if (toEmbedError(error).code === 'worker_died') throw error;
			// A graph that cannot run a batch at all has failed for batches, not for single texts.
			return rows.map(() => new Float32Array(dimensions).fill(Number.NaN));
		}
	});
}
