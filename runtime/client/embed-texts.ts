import type { EmbedError } from '../base/errors';
import type { CallOptions, EmbeddingProvider, EmbedRequest, EmbedResult } from '../base/provider';
import { embedIsolating, type Outcome } from './isolate';

/** What all texts of a job have in common. */
export type TextSettings = Omit<EmbedRequest, 'inputs'>;

export interface JobSummary {
	readonly model: string;
	/** Numbers in a vector; 0 when no text succeeded. */
	readonly dimensions: number;
	/** Texts that have a vector now. */
	readonly texts: number;
	readonly cachedTexts: number;
	readonly tokens: number;
	readonly elapsedMs: number;
}

export interface Job {
	/** One a text, in order. */
	readonly outcomes: readonly Outcome[];
	readonly summary: JobSummary;
	/** What stopped the job, if it was no text’s fault: the outcomes of the texts not reached carry it too. */
	readonly fault: EmbedError | null;
}

/** Texts in one request: few requests for many texts, and an answer that is not too large to hold. */
const MAX_TEXTS = 256;
/** Characters in one request, far under the host’s body limit whatever the script. */
const MAX_CHARACTERS = 4_000_000;
/** While one request is computed, the next is on its way. */
const REQUESTS_IN_FLIGHT = 2;

/**
 * Any number of texts in a few requests; each text succeeds or fails by itself.
 * @throws EmbedError `aborted` when the signal fires
 */
export async function embedTexts(
	provider: EmbeddingProvider,
	texts: readonly string[],
	settings: TextSettings,
	options: CallOptions = {},
): Promise<Job> {
	const startMs = performance.now();
	const slices = sliceTexts(texts);
	const outcomes = new Array<Outcome>(texts.length);
	const answers: EmbedResult[] = [];
	let next = 0;
	let fault: EmbedError | null = null;
	const work = async () => {
		for (let slice = slices[next++]; slice; slice = slices[next++]) {
			const { start, end } = slice;
			if (fault) {
				outcomes.fill({ ok: false, error: fault }, start, end);
				continue;
			}
			const run = await embedIsolating(end - start, (positions) =>
				provider.embed({ ...settings, inputs: positions.map((position) => texts[start + position]!) }, options),
			);
			run.outcomes.forEach((outcome, i) => (outcomes[start + i] = outcome));
			answers.push(...run.answers);
			fault ??= run.fault;
		}
	};
	await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, work));
	return { outcomes, summary: summarize(outcomes, answers, performance.now() - startMs), fault };
}

interface Slice {
	readonly start: number;
	readonly end: number;
}

function sliceTexts(texts: readonly string[]): Slice[] {
	const slices: Slice[] = [];
	let start = 0;
	let characters = 0;
	texts.forEach(({ length }, i) => {
		if (i - start >= MAX_TEXTS || (i > start && characters + length > MAX_CHARACTERS)) {
			slices.push({ start, end: i });
			start = i;
			characters = 0;
		}
		characters += length;
	});
	if (texts.length > start) slices.push({ start, end: texts.length });
	return slices;
}

function summarize(outcomes: readonly Outcome[], answers: readonly EmbedResult[], elapsedMs: number): JobSummary {
	return {
		model: answers[0]?.model ?? '',
		dimensions: answers[0]?.dimensions ?? 0,
		texts: outcomes.filter(({ ok }) => ok).length,
		cachedTexts: outcomes.filter((outcome) => outcome.ok && outcome.cached).length,
		tokens: answers.reduce((sum, { usage }) => sum + usage.tokens, 0),
		elapsedMs,
	};
}
