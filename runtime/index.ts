// The door for the nodes: everything they use of the runtime, and nothing that loads native code.
import { AnyServer } from './client/any-server';
import { SharedHost } from './client/shared-host';
import type { EmbeddingProvider } from './base/provider';

export { EmbedError } from './base/errors';
export { formatNumbers, toBase64, type OutputDtype } from './base/number-format';
export type {
	CallOptions,
	EmbeddingProvider,
	EmbedRequest,
	ModelInfo,
	Priority,
	Role,
	Truncate,
} from './base/provider';
export { embedTexts, type Job, type JobOptions, type TextSettings } from './client/embed-texts';
export { inSlices } from './client/in-slices';
export type { Outcome } from './client/isolate';
export type { JobSummary } from './client/job-summary';

/** Who embeds: this user’s own host, started when it is first needed, or a server somewhere else. */
export type ProviderSettings =
	| { readonly engine: 'builtIn' }
	| { readonly engine: 'server'; readonly baseUrl: string; readonly apiKey: string };

/** The caller closes the provider when it is done; the host behind it goes on. */
export function openProvider(settings: ProviderSettings): EmbeddingProvider {
	if (settings.engine === 'builtIn') return new SharedHost(process.env);
	return new AnyServer({ address: { url: settings.baseUrl }, apiKey: settings.apiKey });
}
