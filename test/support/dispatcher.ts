import type { EmbedError } from '../../runtime/base/errors';
import { silentLogger } from '../../runtime/base/logger';
import type { Priority } from '../../runtime/base/provider';
import { BatchSizes } from '../../runtime/engine/batch-sizes';
import { Deadlines } from '../../runtime/engine/deadlines';
import { Dispatcher } from '../../runtime/engine/dispatcher';
import { Fleet } from '../../runtime/engine/fleet';
import { ModelLife } from '../../runtime/engine/model-state';
import { SecondOpinion } from '../../runtime/engine/second-opinion';
import { Work } from '../../runtime/engine/work';
import type { SelfTestResult } from '../../runtime/session/self-test';
import { toBatch } from '../../runtime/session/batch';
import { whileTimePasses } from './async';
import { FakeClock } from './fake-clock';
import { vectorOf } from './fake-vectors';
import { FakeFleet, type FakeModel } from './fake-worker';
import { modelSpec } from './model-spec';

const TESTED: SelfTestResult = { exact: true, lowestCosine: 1 };

/** A dispatcher before fake workers, of a model that has passed its self-test. */
export function dispatcherOf(
	model: FakeModel = {},
	{
		maxBatchTokens = 256,
		bulkWorkers = 0,
		minWorkers = 0,
		selfTest = TESTED as SelfTestResult | null,
		spec = modelSpec(),
		availableBytes = () => 2 ** 40,
	} = {},
) {
	const clock = new FakeClock();
	const fleet = new FakeFleet(model);
	const samples = async () => toBatch([[1], [2, 3], [4], [5, 6, 7]]);
	const common = { clock, logger: silentLogger };
	const sizes = new BatchSizes(maxBatchTokens);
	const workers = new Fleet({
		spec: modelSpec(),
		deadlines: new Deadlines(modelSpec(), sizes),
		life: new ModelLife(() => {}),
		minWorkers,
		shape: { quickThreads: 2, bulkWorkers, bulkThreads: 1 },
		startWorker: fleet.start,
		samples,
		selfTest,
		...common,
	});
	workers.keepFor(1_000_000);
	const secondOpinion = new SecondOpinion({ spec, startWorker: fleet.start, availableBytes, ...common });
	const scaling = { minWorkers, idleTimeoutMs: 120_000, targetUtilization: 0.65 };
	const dispatcher = new Dispatcher({ fleet: workers, sizes, scaling, availableBytes, secondOpinion, ...common });
	return { dispatcher, workers, sizes, fleet, clock };
}

/** Texts of one request. */
export function works(...rows: readonly (readonly number[])[]): Work[] {
	return worksIn('bulk', ...rows);
}

export function worksIn(lane: Priority, ...rows: readonly (readonly number[])[]): Work[] {
	const job = {};
	return rows.map((ids) => {
		const work = new Work({ job, lane, onAbandoned: () => {} });
		work.ids = Int32Array.from(ids);
		work.join();
		return work;
	});
}

/**
 * Of each: the code of its refusal, or whether its vector is the right one.
 * @param clock goes on meanwhile; default: no time passes
 */
export async function outcomes(all: readonly Work[], clock?: FakeClock): Promise<unknown[]> {
	const settling = Promise.allSettled(all.map(({ result }) => result));
	const settled = await (clock ? whileTimePasses(clock, settling) : settling);
	return settled.map((outcome, i) => {
		if (outcome.status === 'rejected') return (outcome.reason as EmbedError).code;
		return outcome.value.vector.join() === vectorOf(all[i]!.ids!, 64).join();
	});
}
