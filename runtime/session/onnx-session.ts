import type { InferenceSession, Tensor } from 'onnxruntime-node';

import { EmbedError, messageOf } from '../base/errors';
import type { GraphPlan, TensorInfo } from '../model/graph-plan';
import type { Feed } from './feeds';
import { float16ToFloat32 } from './float16';

/** How onnxruntime’s allocators, processor and devices, say that there is no room. */
const NO_MEMORY = /failed to allocate|out of memory|bad_alloc|insufficient memory/i;

type Onnxruntime = typeof import('onnxruntime-node');

export interface SessionOptions {
	readonly graphFile: string;
	/** Processor threads of one run. */
	readonly threads: number;
	/** Whether threads wait for one another in a loop within a run: quicker, at the cost of whoever shares the cores. */
	readonly spin: boolean;
}

/** One ONNX session on the processor. Only a child process may make one: it cannot be ended safely from inside. */
export class OnnxSession {
	readonly #onnxruntime: Onnxruntime;
	readonly #session: InferenceSession;

	private constructor(onnxruntime: Onnxruntime, session: InferenceSession) {
		this.#onnxruntime = onnxruntime;
		this.#session = session;
	}

	/** @throws EmbedError `native_library_missing` or `model_load_failed` */
	static async create({ graphFile, threads, spin }: SessionOptions): Promise<OnnxSession> {
		const onnxruntime = loadOnnxruntime();
		try {
			const session = await onnxruntime.InferenceSession.create(graphFile, {
				executionProviders: ['cpu'],
				intraOpNumThreads: threads,
				interOpNumThreads: 1,
				logSeverityLevel: 3,
				extra: {
					session: {
						// Threads that spin between runs would double the latency as soon as two workers share the cores.
						intra_op: { allow_spinning: spin ? '1' : '0' },
						force_spinning_stop: '1',
						// Without VNNI instructions 8-bit products would saturate.
						x64quantprecision: '1',
					},
				},
			});
			return new OnnxSession(onnxruntime, session);
		} catch (error) {
			throw new EmbedError(
				'model_load_failed',
				`Cannot load ${graphFile}: ${firstLine(error)}. The file, or the _data file beside it, may be missing or cut short: fetch it again`,
				{ cause: error },
			);
		}
	}

	get inputs(): readonly TensorInfo[] {
		return this.#session.inputMetadata.filter((input) => input.isTensor);
	}

	get outputs(): readonly TensorInfo[] {
		return this.#session.outputMetadata.filter((output) => output.isTensor);
	}

	/** The plan’s one output as float32; naming it keeps every other output inside onnxruntime. */
	async run(plan: GraphPlan, feeds: Readonly<Record<string, Feed>>): Promise<Float32Array> {
		const { Tensor: TensorClass } = this.#onnxruntime;
		const tensors: Record<string, Tensor> = {};
		for (const [name, { dtype, data, dims }] of Object.entries(feeds)) {
			tensors[name] = new TensorClass(dtype, data as never, dims);
		}
		let output: Tensor | undefined;
		try {
			output = (await this.#session.run(tensors, [plan.output]))[plan.output] as Tensor;
		} catch (error) {
			const code = NO_MEMORY.test(messageOf(error)) ? 'out_of_memory' : 'inference_failed';
			throw new EmbedError(code, `The model failed on this text: ${firstLine(error)}`, { cause: error });
		}
		return plan.outputDtype === 'float16' ? float16ToFloat32(halfBits(output)) : (output.data as Float32Array);
	}
}

// Node 24 has Float16Array and onnxruntime then uses it; Node 20 gets the bits.
function halfBits({ data }: Tensor): Uint16Array {
	if (data instanceof Uint16Array) return data;
	const { buffer, byteOffset, byteLength } = data as unknown as ArrayBufferView<ArrayBuffer>;
	return new Uint16Array(buffer, byteOffset, byteLength / 2);
}

function loadOnnxruntime(): Onnxruntime {
	// Else it keeps an identifier of this machine, leaves a log in the temporary folder for every process, and reports to its
	// makers over the network. It looks once, when it is loaded.
	process.env.ORT_DISABLE_TELEMETRY = '1';
	try {
		// Loaded here, not at the top: the reason of a failure must reach the user as a sentence.
		// eslint-disable-next-line @typescript-eslint/no-require-imports
		return require('onnxruntime-node') as Onnxruntime;
	} catch (error) {
		throw new EmbedError(
			'native_library_missing',
			`onnxruntime’s native library does not load here (${process.platform} ${process.arch}: ${firstLine(error)}). Either run the embed host in a Debian-based container beside n8n, or let the node use a server elsewhere, or run n8n itself on a glibc system`,
			{ cause: error },
		);
	}
}

function firstLine(error: unknown): string {
	return messageOf(error).split('\n')[0]!.trim();
}
