import type { ModelSpec } from '../../runtime/model/folder';

/** A model’s description that needs no folder. */
export function modelSpec(changes: Partial<ModelSpec> = {}): ModelSpec {
	return {
		id: 'fake/model',
		folder: '/models/fake',
		graphFile: '/models/fake/onnx/model.onnx',
		revision: 'r1',
		pooling: { mode: 'mean', source: 'a test' },
		prompts: { query: '', document: '', instruction: null, source: 'none' },
		maxTokens: 128,
		vocabularySize: 0x110000,
		dimensions: 64,
		kvHeads: null,
		headDimension: null,
		...changes,
	};
}
