import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { dispatcherOf, outcomes, works } from '../../../support/dispatcher';
import { settle } from '../../../support/async';
import type { FakeModel, Fate } from '../../../support/fake-worker';
import { modelSpec } from '../../../support/model-spec';
import { tempFolder } from '../../../support/temp-folder';

/** A folder that has the graph of full precision beside the one that is served. */
const twoGraphs = () => modelSpec({ graphFile: join(tempFolder({ 'model.onnx': 'x' }), 'model_q4.onnx') });

/** The worker that serves the model answers 13 with NaN; those started after it do as `second` says. */
function nanModel(
	second: (rows: readonly (readonly number[])[]) => Fate | Promise<Fate>,
	onLoad?: FakeModel['onLoad'],
) {
	let first: object | undefined;
	const onRun: FakeModel['onRun'] = (rows, _run, worker) => {
		first ??= worker;
		if (worker !== first) return second(rows);
		return { nonFiniteRows: rows.flatMap((row, i) => (row.includes(13) ? [i] : [])) };
	};
	return dispatcherOf({ onRun, ...(onLoad && { onLoad }) }, { spec: twoGraphs() });
}

describe('a text whose vector is not finite', () => {
	test('runs twice alone before it is refused', async () => {
		const { dispatcher, fleet } = dispatcherOf({ onRun: () => ({ nonFiniteRows: [0] }) });
		const all = works([13]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual(['non_finite_vector']);
		expect([fleet.batches.length, fleet.workers.length]).toEqual([2, 1]);
	});

	test('has it from a graph of higher precision, whose workers end then', async () => {
		const { dispatcher, fleet } = nanModel(() => 'answer');
		const all = works([1], [13], [2, 13], [3]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual([true, true, true, true]);
		await settle();
		expect(fleet.workers.length).toBeGreaterThan(1);
		expect(fleet.alive).toBe(1);
	});

	test('is refused when that is not finite either, and the next text is served', async () => {
		const { dispatcher } = nanModel((rows) => ({ nonFiniteRows: rows[0]!.includes(2) ? [0] : [] }));
		const all = works([2, 13], [3, 13]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual(['non_finite_vector', true]);
	});

	test.each<[string, Fate]>([
		['dies', 'die'],
		['fails', 'fail'],
	])('is refused when that worker %s, and so are those behind it', async (_, fate) => {
		const { dispatcher, fleet } = nanModel(() => fate);
		const all = works([2, 13], [3, 13], [1]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual(['non_finite_vector', 'non_finite_vector', true]);
		await settle();
		expect(fleet.alive).toBe(1);
	});

	test('is refused when that graph does not load', async () => {
		const { dispatcher } = nanModel(
			() => 'answer',
			(worker) => {
				if (worker > 0) throw new Error('no such file');
			},
		);
		const all = works([13]);
		dispatcher.enqueue(all);
		expect(await outcomes(all)).toEqual(['non_finite_vector']);
	});
});
