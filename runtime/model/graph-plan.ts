import { EmbedError } from '../base/errors';
import type { ModelSpec } from './folder';
import type { PoolingMode } from './pooling-mode';

/** An input or output of the graph, as onnxruntime describes it; unnamed axes are −1 or text. */
export interface TensorInfo {
	readonly name: string;
	readonly type: string;
	readonly shape: readonly (number | string)[];
}

export type PlainInput = 'input_ids' | 'attention_mask' | 'token_type_ids' | 'position_ids';

export interface EmptyCacheInput {
	readonly name: string;
	readonly dtype: 'float32' | 'float16';
	readonly heads: number;
	readonly headDimension: number;
}

/** Which tensors go in and the one that comes out. */
export interface GraphPlan {
	readonly inputs: readonly PlainInput[];
	/** Past keys and values of a generating graph: given empty. */
	readonly emptyCache: readonly EmptyCacheInput[];
	readonly output: string;
	readonly outputDtype: 'float32' | 'float16';
	/** `graph` when the output already is one vector a text. */
	readonly pooling: PoolingMode | 'graph';
	readonly dimensions: number;
}

const PLAIN_INPUTS: readonly string[] = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];
const CACHE_INPUT = /^past_key_values\.\d+\.(key|value)$/;
const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings', 'hidden_states'];

/**
 * An output named `sentence_embedding` wins; else token vectors, pooled as the folder says.
 * @throws EmbedError `model_unclear` for an input that is not known or outputs that hold no embeddings
 */
export function planGraph(spec: ModelSpec, inputs: readonly TensorInfo[], outputs: readonly TensorInfo[]): GraphPlan {
	const unknown = inputs.find(({ name }) => !PLAIN_INPUTS.includes(name) && !CACHE_INPUT.test(name));
	if (unknown) throw unclear(spec, `its graph wants an input named ${unknown.name}, which no text model we know has`);
	if (!inputs.some(({ name }) => name === 'input_ids')) throw unclear(spec, 'its graph has no input named input_ids');
	const output = chooseOutput(spec, outputs);
	return {
		inputs: inputs.map(({ name }) => name).filter((name): name is PlainInput => PLAIN_INPUTS.includes(name)),
		emptyCache: inputs.filter(({ name }) => CACHE_INPUT.test(name)).map((input) => cacheInput(spec, input)),
		output: output.name,
		outputDtype: floatType(spec, output),
		pooling: output.shape.length === 2 ? 'graph' : poolingOf(spec),
		dimensions: lastAxis(spec, output),
	};
}

function chooseOutput(spec: ModelSpec, outputs: readonly TensorInfo[]): TensorInfo {
	const named = (name: string) => outputs.find((output) => output.name === name);
	const output = named('sentence_embedding') ?? TOKEN_OUTPUTS.map(named).find((found) => found !== undefined);
	if (output) return output;
	const names = outputs.map(({ name }) => name).filter((name) => !name.startsWith('present'));
	throw unclear(
		spec,
		`its graph has no output named sentence_embedding or last_hidden_state, only ${names.join(', ')}; it may not be an embedding model`,
	);
}

function poolingOf(spec: ModelSpec): PoolingMode {
	if (spec.pooling.mode === null) throw unclear(spec, spec.pooling.unclear);
	return spec.pooling.mode;
}

function cacheInput(spec: ModelSpec, input: TensorInfo): EmptyCacheInput {
	const heads = numberAt(input, 1) ?? spec.kvHeads;
	const headDimension = numberAt(input, 3) ?? spec.headDimension;
	if (heads === null || headDimension === null) {
		throw unclear(
			spec,
			`config.json lacks num_key_value_heads and head_dim, which the graph’s input ${input.name} needs`,
		);
	}
	return { name: input.name, dtype: floatType(spec, input), heads, headDimension };
}

function floatType(spec: ModelSpec, tensor: TensorInfo): 'float32' | 'float16' {
	if (tensor.type === 'float32' || tensor.type === 'float16') return tensor.type;
	throw unclear(spec, `${tensor.name} holds ${tensor.type} numbers; float32 and float16 are supported`);
}

function lastAxis(spec: ModelSpec, output: TensorInfo): number {
	const width = numberAt(output, output.shape.length - 1) ?? spec.dimensions;
	if (width === null) throw unclear(spec, 'neither the graph nor hidden_size in config.json says how long a vector is');
	return width;
}

function numberAt(tensor: TensorInfo, axis: number): number | null {
	const size = tensor.shape[axis];
	return typeof size === 'number' && size > 0 ? size : null;
}

function unclear(spec: ModelSpec, why: string): EmbedError {
	return new EmbedError('model_unclear', `Cannot use ${spec.graphFile}: ${why}`);
}
