import fc from 'fast-check';
import { expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import type { Priority } from '../../../../runtime/base/provider';
import { settle } from '../../../support/async';
import type { Fate } from '../../../support/fake-worker';
import { localModel, textsIn } from '../../../support/local-model';

const TEXTS = ['a', 'bb', 'ccc', 'a longer text', 'the longest text of all of them'];

interface Plan {
	readonly inputs: readonly number[];
	/** Turns after its start at which the caller leaves; null = stays. */
	readonly leavesAfter: number | null;
	/** Turns that pass before the next request comes. */
	readonly pause: number;
	readonly priority: Priority;
}

const plans: fc.Arbitrary<Plan[]> = fc.array(
	fc.record({
		inputs: fc.array(fc.nat({ max: TEXTS.length - 1 }), { minLength: 1, maxLength: 6 }),
		leavesAfter: fc.option(fc.nat({ max: 3 }), { freq: 2, nil: null }),
		pause: fc.nat({ max: 2 }),
		priority: fc.constantFrom<Priority>('interactive', 'bulk'),
	}),
	{ minLength: 1, maxLength: 8 },
);
const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
	fc.constantFrom<Fate>('answer', 'die', 'fail', { nonFiniteRows: [0] }, { nonFiniteRows: [1] }),
	{ maxLength: 8 },
);
/** Two deaths convict no text. */
const MAX_DEATHS = 2;

test('whoever comes, leaves or fails, each request is answered once, in order, with the right vectors', async () => {
	await fc.assert(
		fc.asyncProperty(
			plans,
			fates,
			fc.constantFrom(1, 12, 256),
			fc.boolean(),
			// With several threads there are a quick worker and bulk workers, else one that does everything.
			fc.constantFrom(1, 2, 3),
			async (requests, planned, maxBatchTokens, hasCache, threads) => {
				// Only company fails here: what runs alone is answered, so that every text has a vector in the end.
				let deaths = 0;
				const onRun = async (rows: readonly (readonly number[])[], run: number): Promise<Fate> => {
					await settle();
					const fate = planned[run] ?? 'answer';
					const isSure = fate === 'die' ? ++deaths > MAX_DEATHS : rows.length === 1;
					return isSure ? 'answer' : fate;
				};
				const limits = { maxBatchTokens, cacheBytes: hasCache ? 2 ** 20 : 0, threads };
				const { model, fleet } = localModel({ model: { onRun }, limits });
				const answers = requests.map(() => 0);
				const under: Promise<void>[] = [];
				for (const [i, { inputs, leavesAfter, pause, priority }] of requests.entries()) {
					const leaving = new AbortController();
					const texts = inputs.map((text) => TEXTS[text]!);
					const check = model.embed({ inputs: texts, priority }, { signal: leaving.signal }).then(
						(result) => {
							answers[i]!++;
							expect(textsIn(result, TEXTS)).toEqual(inputs);
						},
						(error: unknown) => {
							answers[i]!++;
							expect(error).toBeInstanceOf(EmbedError);
							expect(error).toMatchObject({ code: 'aborted' });
							expect(leaving.signal.aborted).toBe(true);
						},
					);
					under.push(check, leaveAfter(leavesAfter, leaving));
					await turns(pause);
				}
				await Promise.all(under);
				await turns(10);
				expect(answers).toEqual(requests.map(() => 1));
				expect(model.status.queue).toMatchObject({ texts: 0, tokens: 0, interactiveTexts: 0, bulkTexts: 0 });
				expect(fleet.alive).toBeLessThanOrEqual(1 + (threads === 1 ? 0 : threads));
			},
		),
		{ numRuns: 300 },
	);
}, 60_000);

async function turns(count: number): Promise<void> {
	for (let i = 0; i < count; i++) await settle();
}

async function leaveAfter(count: number | null, leaving: AbortController): Promise<void> {
	if (count === null) return;
	await turns(count);
	leaving.abort();
}
