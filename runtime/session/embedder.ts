import type { ModelSpec } from '../model/folder';
import { planGraph, type GraphPlan } from '../model/graph-plan';
import type { TokenBatch } from './batch';
import { buildFeeds } from './feeds';
import { OnnxSession } from './onnx-session';
import { poolRows, type PooledRows } from './pool-rows';

export interface EmbedderOptions {
	readonly spec: ModelSpec;
	readonly threads: number;
	/** See {@link OnnxSession}. */
	readonly spin: boolean;
}

/** What a loaded model turned out to be. */
export interface LoadedModel {
	readonly dimensions: number;
	readonly pooling: GraphPlan['pooling'];
	/** Memory of the process with the model loaded. */
	readonly residentBytes: number;
}

/** A loaded model: ids in, unit vectors out. */
export class Embedder {
	readonly #session: OnnxSession;
	readonly #plan: GraphPlan;

	private constructor(session: OnnxSession, plan: GraphPlan) {
		this.#session = session;
		this.#plan = plan;
	}

	static async load({ spec, threads, spin }: EmbedderOptions): Promise<Embedder> {
		const session = await OnnxSession.create({ graphFile: spec.graphFile, threads, spin });
		return new Embedder(session, planGraph(spec, session.inputs, session.outputs));
	}

	get loaded(): LoadedModel {
		const { dimensions, pooling } = this.#plan;
		return { dimensions, pooling, residentBytes: process.memoryUsage.rss() };
	}

	/**
	 * [rows × dimensions]; rows whose vector is not finite are listed and zeroed: such numbers never leave.
	 * @param width tokens that every row is padded to; default: the longest row’s
	 */
	async embed(batch: TokenBatch, width = Math.max(...batch.lengths)): Promise<PooledRows> {
		const { pooling, dimensions } = this.#plan;
		const output = await this.#session.run(this.#plan, buildFeeds(this.#plan, batch, width));
		return poolRows(output, { pooling, dimensions, lengths: batch.lengths, width });
	}
}
