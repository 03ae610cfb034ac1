import type {
	CallOptions,
	EmbeddingProvider,
	EmbedRequest,
	EmbedResult,
	Health,
	LoadedState,
	LoadOptions,
	ModelInfo,
	Status,
	UnloadedState,
} from '../../runtime/base/provider';
import { vectorOf } from './fake-vectors';

/** Answers every request at once, unless told otherwise, and remembers it. */
export class FakeProvider implements EmbeddingProvider {
	readonly requests: EmbedRequest[] = [];
	/** One a request: aborted when its caller left. */
	readonly signals: AbortSignal[] = [];
	/** Throws to refuse; a promise delays the answer. */
	onEmbed: (request: EmbedRequest) => void | Promise<void> = () => {};
	currentHealth: Health = {
		status: 'ok',
		models: [{ id: 'org/model', state: 'cold', reason: 'not used yet', lastForwardAgeS: null }],
	};

	async embed(request: EmbedRequest, { signal }: CallOptions = {}): Promise<EmbedResult> {
		this.requests.push(request);
		if (signal) this.signals.push(signal);
		await this.onEmbed(request);
		const dimensions = request.dimensions ?? 64;
		return {
			model: request.model ?? 'org/model',
			dimensions,
			vectors: request.inputs.map((input: string | readonly number[]) =>
				vectorOf(typeof input === 'string' ? Buffer.from(input) : input, dimensions),
			),
			cached: request.inputs.map((_: unknown, i: number) => i === 1),
			usage: { tokens: 7, cachedTokens: 3 },
			timings: { queueMs: 1, tokenizeMs: 2.5, inferenceMs: 10, totalMs: 13.757 },
		};
	}

	/** Models loaded and unloaded, in order, with the wish that came along. */
	readonly moves: { readonly to: 'load' | 'unload'; readonly model: string; readonly idleTimeoutMs?: number }[] = [];
	/** Throws to refuse; a promise delays the answer. */
	onMove: () => void | Promise<void> = () => {};

	async load(model: string, { idleTimeoutMs }: LoadOptions = {}): Promise<LoadedState> {
		this.moves.push({ to: 'load', model, ...(idleTimeoutMs !== undefined && { idleTimeoutMs }) });
		await this.onMove();
		return { id: model, state: 'ready', wasLoaded: false, loadS: 1.25 };
	}

	async unload(model: string): Promise<UnloadedState> {
		this.moves.push({ to: 'unload', model });
		await this.onMove();
		return { id: model, state: 'cold', endedWorkers: 2 };
	}

	async models(): Promise<readonly ModelInfo[]> {
		return [{ id: 'org/model', dimensions: 64, maxTokens: 128, takesInstruction: false, ownedBy: 'n8n-nodes-embed' }];
	}

	async health(): Promise<Health> {
		return this.currentHealth;
	}

	async status(): Promise<Status> {
		return { version: '1.2.3', pid: 1, uptimeS: 5, memory: null, models: [] };
	}

	async close(): Promise<void> {}
}
