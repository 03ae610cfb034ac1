import { silentLogger } from '../../runtime/base/logger';
import type { EmbedResult, ModelState } from '../../runtime/base/provider';
import { LocalModel, type ModelLimits } from '../../runtime/engine/local-model';
import type { TuningStore } from '../../runtime/engine/tuning-files';
import type { ModelSpec } from '../../runtime/model/folder';
import { FakeClock } from './fake-clock';
import { FakeTokenizer, idsOf } from './fake-tokenizer';
import { vectorOf } from './fake-vectors';
import { FakeFleet, type FakeModel } from './fake-worker';
import { modelSpec } from './model-spec';

export const IDLE_MS = 120_000;

export const LIMITS: ModelLimits = {
	idleTimeoutMs: IDLE_MS,
	cacheBytes: 2 ** 20,
	maxBatchTokens: 256,
	maxQueuedTokens: 2 ** 20,
	threads: 1,
	maxWorkers: 0,
	minWorkers: 0,
	targetUtilization: 0.65,
};

export interface LocalModelParts {
	readonly model?: FakeModel;
	readonly spec?: Partial<ModelSpec>;
	readonly limits?: Partial<ModelLimits>;
	readonly tuning?: TuningStore | null;
}

/** A model that passed its self-test in an earlier life. */
export const TESTED: TuningStore = { read: () => ({ selfTest: { exact: true, lowestCosine: 1 } }), write: () => {} };

/** A LocalModel among fakes; unless it is said otherwise, one that has passed its self-test. */
export function localModel({ model = {}, spec = {}, limits = {}, tuning = TESTED }: LocalModelParts = {}) {
	const clock = new FakeClock();
	const fleet = new FakeFleet(model);
	const tokenizer = new FakeTokenizer();
	const moves: ModelState[] = [];
	const subject = new LocalModel(
		modelSpec(spec),
		{ ...LIMITS, ...limits },
		{
			tokenizer,
			startWorker: fleet.start,
			availableBytes: () => 2 ** 40,
			tuning,
			clock,
			logger: silentLogger,
			onMove: (_, to) => moves.push(to),
		},
	);
	return { model: subject, clock, fleet, tokenizer, moves };
}

/** What the fakes answer for a text. */
export function answerFor(text: string, dimensions = 64): Float32Array {
	return vectorOf(idsOf(text), dimensions);
}

/** Which of the texts each vector of a result is, by position; −1 for none. */
export function textsIn({ vectors }: EmbedResult, texts: readonly string[]): number[] {
	const known = texts.map((text) => answerFor(text).join());
	return vectors.map((vector) => known.indexOf(vector.join()));
}
