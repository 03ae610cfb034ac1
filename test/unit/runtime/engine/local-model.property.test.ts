import fc from 'fast-check';
import { expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import type { Priority } from '../../../../runtime/base/provider';
import { settle, whileTimePasses } from '../../../support/async';
import type { FakeClock } from '../../../support/fake-clock';
import type { Fate } from '../../../support/fake-worker';
import { idsOf } from '../../../support/fake-tokenizer';
import { IDLE_MS, localModel, textsIn } from '../../../support/local-model';

const TEXTS = ['a', 'bb', 'ccc', 'a longer text', 'the longest text of all of them'];

interface Plan {
	readonly inputs: readonly number[];
	readonly priority: Priority;
	readonly asIds: boolean;
	/** Turns after its start at which the caller leaves; null = stays. */
	readonly leavesAfter: number | null;
	/** Turns that pass before the next request comes. */
	readonly pause: number;
	/** What happens besides before the next request comes. */
	readonly event: 'nothing' | 'kill' | 'unload' | 'half a second' | 'the idle timeout';
}

const plans: fc.Arbitrary<Plan[]> = fc.array(
	fc.record({
		inputs: fc.array(fc.nat({ max: TEXTS.length - 1 }), { minLength: 1, maxLength: 6 }),
		priority: fc.constantFrom<Priority>('interactive', 'bulk'),
		asIds: fc.boolean(),
		leavesAfter: fc.option(fc.nat({ max: 3 }), { freq: 2, nil: null }),
		pause: fc.nat({ max: 2 }),
		event: fc.constantFrom('nothing', 'nothing', 'nothing', 'kill', 'unload', 'half a second', 'the idle timeout'),
	}),
	{ minLength: 1, maxLength: 8 },
);
const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
	fc.constantFrom<Fate>('answer', 'die', 'fail', { nonFiniteRows: [0] }, { nonFiniteRows: [1] }),
	{ maxLength: 8 },
);
/** What becomes of each load, and of each call of the tokenizer. */
const faults = fc.array(fc.constantFrom('none', 'none', 'none', 'fault'), { maxLength: 6 });
/** Two deaths convict no text. */
const MAX_DEATHS = 2;
const STEP_MS = 5_000;

test('whoever comes, leaves or fails, each request is answered once, in order, with the right vectors', async () => {
	const settings = fc.record({
		maxBatchTokens: fc.constantFrom(1, 12, 256),
		hasCache: fc.boolean(),
		// With several threads there are a quick worker and bulk workers, else one that does everything.
		threads: fc.constantFrom(1, 2, 3),
		isTested: fc.boolean(),
		maxQueuedTokens: fc.constantFrom(40, 2 ** 20),
	});
	await fc.assert(
		fc.asyncProperty(plans, fates, faults, faults, settings, async (requests, planned, loads, tokenizings, setting) => {
			const { hasCache, isTested, ...limits } = setting;
			// Only company fails here: what runs alone is answered, so that every text has a vector in the end.
			let deaths = 0;
			const onRun = async (rows: readonly (readonly number[])[], run: number): Promise<Fate> => {
				await settle();
				const fate = planned[run] ?? 'answer';
				const isSure = fate === 'die' ? ++deaths > MAX_DEATHS : rows.length === 1;
				return isSure ? 'answer' : fate;
			};
			const onLoad = async (worker: number) => {
				await settle();
				if (loads[worker] === 'fault') throw new EmbedError('model_load_failed', 'a fault of the load');
			};
			const { model, fleet, tokenizer, clock } = localModel({
				model: { onRun, onLoad },
				limits: { ...limits, cacheBytes: hasCache ? 2 ** 20 : 0 },
				...(!isTested && { tuning: null }),
			});
			let calls = 0;
			tokenizer.onEncode = () => {
				if (tokenizings[calls++] === 'fault') throw new EmbedError('model_load_failed', 'a fault of the tokenizer');
			};
			const answers = requests.map(() => 0);
			const under: Promise<void>[] = [];
			for (const [i, { inputs, asIds, leavesAfter, pause, priority, event }] of requests.entries()) {
				const leaving = new AbortController();
				const texts = inputs.map((text) => TEXTS[text]!);
				const request = { inputs: asIds ? texts.map(idsOf) : texts, priority };
				const check = model.embed(request, { signal: leaving.signal }).then(
					(result) => {
						answers[i]!++;
						expect(textsIn(result, TEXTS)).toEqual(inputs);
					},
					(error: unknown) => {
						answers[i]!++;
						expect(error).toBeInstanceOf(EmbedError);
						expect(allowedCodes(leaving, event, requests)).toContain((error as EmbedError).code);
					},
				);
				under.push(check, leaveAfter(leavesAfter, leaving));
				await turns(pause);
				if (event === 'kill' && ++deaths <= MAX_DEATHS) fleet.workers.find(({ isAlive }) => isAlive)?.end();
				if (event === 'unload') await model.unload('a test');
				if (event === 'half a second') clock.advance(500);
				if (event === 'the idle timeout') await pass(clock, IDLE_MS);
			}
			await whileTimePasses(clock, Promise.all(under));
			await turns(30);
			expect(answers).toEqual(requests.map(() => 1));
			expect(model.status.queue).toMatchObject({ texts: 0, tokens: 0, interactiveTexts: 0, bulkTexts: 0 });
			expect(fleet.alive).toBeLessThanOrEqual(limits.threads === 1 ? 1 : 1 + limits.threads);
			// Nothing keeps a model loaded for ever, and its state is that of its workers.
			expect(model.health.state === 'ready').toBe(fleet.alive > 0);
			clock.advance(IDLE_MS);
			await turns(30);
			expect(fleet.alive).toBe(0);
			expect(['cold', 'failed']).toContain(model.health.state);
		}),
		{ numRuns: 400 },
	);
}, 120_000);

/** Whoever leaves may be told so; a fault of load or tokenizer, a full queue and an unload hit whom they hit. */
function allowedCodes(leaving: AbortController, event: Plan['event'], requests: readonly Plan[]): string[] {
	const isEnded = event === 'unload' || requests.some((request) => ['unload', 'kill'].includes(request.event));
	return [
		'model_load_failed',
		'overloaded',
		...(leaving.signal.aborted ? ['aborted'] : []),
		...(isEnded ? ['worker_died'] : []),
	];
}

/** In steps that are too short for a run to count as hung while it only waits for its turn. */
async function pass(clock: FakeClock, ms: number): Promise<void> {
	for (let passedMs = 0; passedMs < ms; passedMs += STEP_MS) {
		clock.advance(STEP_MS);
		await settle();
	}
}

async function turns(count: number): Promise<void> {
	for (let i = 0; i < count; i++) await settle();
}

async function leaveAfter(count: number | null, leaving: AbortController): Promise<void> {
	if (count === null) return;
	await turns(count);
	leaving.abort();
}
