import type { ErrorMessage } from '../base/errors';
import type { ModelSpec } from '../model/folder';
import type { TokenBatch } from '../session/batch';
import type { LoadedModel } from '../session/embedder';

/** Host to worker. A worker is told to load once, before anything else. */
export type ToWorker =
	| {
			readonly type: 'load';
			readonly id: number;
			readonly spec: ModelSpec;
			readonly threads: number;
			readonly spin: boolean;
	  }
	/** With `width`, every row is padded to so many tokens. */
	| { readonly type: 'run'; readonly id: number; readonly batch: TokenBatch; readonly width?: number }
	| { readonly type: 'exit' };

/** Worker to host. Each `load` and each `run` has exactly one answer, in order, that carries its `id`. */
export type FromWorker =
	| { readonly type: 'loaded'; readonly id: number; readonly model: LoadedModel }
	| {
			readonly type: 'vectors';
			readonly id: number;
			readonly vectors: Float32Array;
			readonly nonFiniteRows: readonly number[];
			readonly inferenceMs: number;
	  }
	| { readonly type: 'failed'; readonly id: number; readonly error: ErrorMessage };
