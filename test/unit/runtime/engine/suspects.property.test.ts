import fc from 'fast-check';
import { expect, test } from 'vitest';

import { dispatcherOf, outcomes, works } from '../../../support/dispatcher';

/** A company of up to 32 texts, and which of them are at fault. */
const companies = fc.integer({ min: 1, max: 32 }).chain((size) =>
	fc.record({
		size: fc.constant(size),
		faults: fc.uniqueArray(fc.nat({ max: size - 1 }), { maxLength: 5 }),
	}),
);
const DEATHS_ALONE = 3;

/** The whole company in one batch, of which each text at fault does the same to every run that it is in. */
async function runCompany({ size, faults }: { size: number; faults: readonly number[] }, fate: 'die' | 'fail') {
	const isBad = (rows: readonly (readonly number[])[]) => rows.some(([id]) => faults.includes(id! - 1));
	const parts = dispatcherOf({ onRun: (rows) => (isBad(rows) ? fate : 'answer') }, { maxBatchTokens: 32 });
	const all = works(...Array.from({ length: size }, (_, i) => [i + 1]));
	parts.dispatcher.enqueue(all);
	const found = await outcomes(all, parts.clock);
	expect(found).toEqual(all.map((_, i) => (faults.includes(i) ? 'inference_failed' : true)));
	return { bad: parts.fleet.batches.filter(isBad).length, workers: parts.fleet.workers.length };
}

test('whichever texts end their worker are found in few deaths, and every other has its vector', async () => {
	await fc.assert(
		fc.asyncProperty(companies, async (company) => {
			const { bad, workers } = await runCompany(company, 'die');
			const halvings = Math.ceil(Math.log2(company.size));
			expect(bad).toBeLessThanOrEqual(company.faults.length * (halvings + 1 + DEATHS_ALONE));
			// Each death has its fresh worker, and what is left when the last text is found one more.
			expect([bad, bad + 1]).toContain(workers);
		}),
		{ numRuns: 150 },
	);
}, 60_000);

test('whichever texts fail are found in few runs of a worker that goes on, and every other has its vector', async () => {
	await fc.assert(
		fc.asyncProperty(companies, async (company) => {
			const { bad, workers } = await runCompany(company, 'fail');
			const halvings = Math.ceil(Math.log2(company.size));
			expect(bad).toBeLessThanOrEqual(company.faults.length * (halvings + 1));
			expect(workers).toBe(1);
		}),
		{ numRuns: 150 },
	);
}, 60_000);
