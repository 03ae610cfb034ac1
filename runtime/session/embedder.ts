import type { ModelSpec } from '../model/folder';
import { EmbedError } from '../base/errors';
import { planGraph, type GraphPlan } from '../model/graph-plan';
import { toBatch, toRows, type TokenBatch } from './batch';
import { buildFeeds } from './feeds';
import { OnnxSession } from './onnx-session';
import { poolRows, type PooledRows } from './pool-rows';
import { testExactness, type SelfTestResult } from './self-test';

export interface EmbedderOptions {
	readonly spec: ModelSpec;
	readonly threads: number;
	/** Texts for the self-test; null when another worker of the same graph has passed it. */
	readonly samples: TokenBatch | null;
}

/** What a loaded model turned out to be. */
export interface LoadedModel {
	readonly dimensions: number;
	readonly pooling: GraphPlan['pooling'];
	/** `single`: batch mates or padding change a vector, so every text runs alone. */
	readonly batching: 'batched' | 'single';
	readonly selfTest: SelfTestResult;
	/** Memory of the process with the model loaded. */
	readonly residentBytes: number;
}

/** A loaded model: ids in, unit vectors out. */
export class Embedder {
	readonly #session: OnnxSession;
	readonly #plan: GraphPlan;
	readonly loaded: LoadedModel;

	private constructor(session: OnnxSession, plan: GraphPlan, loaded: LoadedModel) {
		this.#session = session;
		this.#plan = plan;
		this.loaded = loaded;
	}

	static async load({ spec, threads, samples }: EmbedderOptions): Promise<Embedder> {
		const session = await OnnxSession.create({ graphFile: spec.graphFile, threads });
		const plan = planGraph(spec, session.inputs, session.outputs);
		const run = (batch: TokenBatch, width: number) => runPlan(session, plan, batch, width);
		const selfTest = await testExactness(samples ? toRows(samples) : [], async (rows, width) => {
			const { vectors } = await run(toBatch(rows), width);
			return rows.map((_, i) => vectors.subarray(i * plan.dimensions, (i + 1) * plan.dimensions));
		});
		if (selfTest.lowestCosine <= 0) throw notAModel(spec);
		const { dimensions, pooling } = plan;
		const batching = selfTest.exact ? 'batched' : 'single';
		const residentBytes = process.memoryUsage.rss();
		return new Embedder(session, plan, { dimensions, pooling, batching, selfTest, residentBytes });
	}

	/** [rows × dimensions]; rows whose vector is not finite are listed and zeroed: such numbers never leave. */
	async embed(batch: TokenBatch): Promise<PooledRows> {
		return runPlan(this.#session, this.#plan, batch, Math.max(...batch.lengths));
	}
}

async function runPlan(session: OnnxSession, plan: GraphPlan, batch: TokenBatch, width: number): Promise<PooledRows> {
	const output = await session.run(plan, buildFeeds(plan, batch, width));
	return poolRows(output, { pooling: plan.pooling, dimensions: plan.dimensions, lengths: batch.lengths, width });
}

function notAModel(spec: ModelSpec): EmbedError {
	return new EmbedError(
		'model_load_failed',
		`${spec.graphFile} failed its self-test: a text in company gives NaN or the opposite of the same text alone. The file is damaged, or not an embedding model`,
	);
}
