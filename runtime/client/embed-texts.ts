import type { EmbedError } from '../base/errors';
import type { CallOptions, EmbeddingProvider, EmbedRequest } from '../base/provider';
import { inSlices } from './in-slices';
import { embedIsolating, type Outcome } from './isolate';
import { jobPriority } from './job-priority';
import { JobTally, type JobSummary } from './job-summary';
import { sliceTexts, type TextSlice } from './slice-texts';

/** What all texts of a job have in common. `priority` undefined: by the size of the job. */
export type TextSettings = Omit<EmbedRequest, 'inputs'>;

export interface JobOptions<Vector> extends CallOptions {
	/** The form in which the caller keeps a vector, made as each answer arrives, so that none is held twice. Default: as it is. */
	readonly convert?: (vector: Float32Array) => Vector;
}

export interface Job<Vector> {
	/** One a text, in order. */
	readonly outcomes: readonly Outcome<Vector>[];
	readonly summary: JobSummary;
	/** What stopped the job, if it was no text’s fault: the outcomes of the texts not reached carry it too. */
	readonly fault: EmbedError | null;
}

/** While one request is computed, the next is on its way. */
const REQUESTS_IN_FLIGHT = 2;

/**
 * Any number of texts in a few requests; each text succeeds or fails by itself. Memory holds the texts, the vectors in the
 * caller’s form and the answers of two requests, and no loop keeps the event loop for longer than a slice.
 * @throws EmbedError `aborted` when the signal fires, and what `convert` throws
 */
export async function embedTexts<Vector = Float32Array>(
	provider: EmbeddingProvider,
	texts: readonly string[],
	settings: TextSettings,
	{ convert = (vector) => vector as Vector, ...options }: JobOptions<Vector> = {},
): Promise<Job<Vector>> {
	const startMs = performance.now();
	const slices = sliceTexts(texts);
	const priority = jobPriority({ texts: texts.length, requests: slices.length }, settings.priority);
	const common: TextSettings = { ...settings, ...(priority !== undefined && { priority }) };
	const outcomes = new Array<Outcome<Vector>>(texts.length);
	const tally = new JobTally();
	let fault: EmbedError | null = null;
	const embedSlice = async ({ start, end }: TextSlice): Promise<void> => {
		if (fault) {
			outcomes.fill({ ok: false, error: fault }, start, end);
			return;
		}
		const run = await embedIsolating(end - start, (positions) =>
			provider.embed({ ...common, inputs: positions.map((position) => texts[start + position]!) }, options),
		);
		run.answers.forEach((answer) => tally.addAnswer(answer));
		fault ??= run.fault;
		const keep = (position: number) => {
			const outcome = run.outcomes[position]!;
			if (outcome.ok) tally.addVector(outcome.cached);
			outcomes[start + position] = outcome.ok ? { ...outcome, vector: convert(outcome.vector) } : outcome;
		};
		await inSlices(end - start, keep, options);
	};
	await inTurn(slices, embedSlice);
	return { outcomes, summary: tally.summary(performance.now() - startMs), fault };
}

/** A few at a time, in order; after one that throws, none is begun. */
async function inTurn<T>(entries: readonly T[], work: (entry: T) => Promise<void>): Promise<void> {
	let next = 0;
	const worker = async () => {
		try {
			while (next < entries.length) await work(entries[next++]!);
		} catch (error) {
			next = entries.length;
			throw error;
		}
	};
	await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, worker));
}
