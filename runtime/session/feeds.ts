import type { GraphPlan, PlainInput } from '../model/graph-plan';
import type { TokenBatch } from './batch';

/** A tensor in plain form: what onnxruntime’s constructor wants. */
export interface Feed {
	readonly dtype: 'int64' | 'float32' | 'float16';
	readonly data: BigInt64Array | Float32Array | Uint16Array;
	readonly dims: readonly number[];
}

/**
 * The graph’s inputs for a batch, every row padded on its RIGHT with id 0 and mask 0 to `width` tokens. Graphs with
 * GroupQueryAttention count positions from the mask’s sum: padding on the left silently gives them wrong vectors.
 */
export function buildFeeds(plan: GraphPlan, batch: TokenBatch, width: number): Record<string, Feed> {
	const rows = batch.lengths.length;
	const feeds: Record<string, Feed> = {};
	for (const name of plan.inputs)
		feeds[name] = { dtype: 'int64', data: int64Rows(name, batch, width), dims: [rows, width] };
	for (const { name, dtype, heads, headDimension } of plan.emptyCache) {
		const data = dtype === 'float16' ? new Uint16Array(0) : new Float32Array(0);
		feeds[name] = { dtype, data, dims: [rows, heads, 0, headDimension] };
	}
	return feeds;
}

function int64Rows(name: PlainInput, { ids, lengths }: TokenBatch, width: number): BigInt64Array {
	const data = new BigInt64Array(lengths.length * width);
	if (name === 'token_type_ids') return data;
	// All values are small and not negative: writing only the low words spares a BigInt a token.
	const lowWords = new Int32Array(data.buffer);
	let offset = 0;
	lengths.forEach((length, row) => {
		const valueAt = {
			input_ids: (i: number) => ids[offset + i]!,
			attention_mask: () => 1,
			position_ids: (i: number) => i,
		}[name];
		const filled = name === 'position_ids' ? width : length;
		for (let i = 0; i < filled; i++) lowWords[2 * (row * width + i)] = valueAt(i);
		offset += length;
	});
	return data;
}
