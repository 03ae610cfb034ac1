import { EmbedError } from '../base/errors';
import type { RunAnswer } from '../workers/session-worker';
import type { Work } from './work';

/** After so many deaths of a worker among others, a text runs alone: one of them may be to blame. */
const MAX_DEATHS_IN_COMPANY = 2;
/** So many deaths convict a text, and only alone: processes are also killed by chance. */
const MAX_DEATHS_ALONE = 3;

export interface AnsweredRun {
	readonly works: readonly Work[];
	readonly answer: RunAnswer;
	/** When it was sent, on the engine’s clock. */
	readonly startMs: number;
	/** Numbers in a vector. */
	readonly dimensions: number;
}

/** Gives every text its vector. @returns the texts whose row was not finite and that are worth another run, alone */
export function settleAnswer({ works, answer, startMs, dimensions }: AnsweredRun): Work[] {
	const nonFinite = new Set(answer.nonFiniteRows);
	const retry: Work[] = [];
	works.forEach((work, row) => {
		if (nonFinite.has(row)) {
			if (works.length > 1) retry.push(work);
			else work.reject(nonFiniteError());
			return;
		}
		work.resolve({
			// A copy: a view would keep the whole batch in memory as long as one vector of it is cached.
			vector: answer.vectors.slice(row * dimensions, (row + 1) * dimensions),
			tokens: work.tokens,
			tokenizeMs: work.tokenizeMs,
			queueMs: startMs - (work.queuedAtMs ?? startMs),
			inferenceMs: answer.inferenceMs,
		});
	});
	return runAlone(retry);
}

/** A run failed in a worker that goes on. @returns the texts that are worth another run, alone */
export function settleFailure(works: readonly Work[], error: EmbedError): Work[] {
	if (works.length > 1) return runAlone(works);
	works[0]?.reject(error);
	return [];
}

/** The worker died while it ran these texts. @returns those that are worth another run */
export function settleDeath(works: readonly Work[]): Work[] {
	for (const work of works) countDeath(work, works.length > 1);
	return works.filter((work) => {
		const isConvicted = work.deathsAlone >= MAX_DEATHS_ALONE;
		if (isConvicted) work.reject(convictedError());
		return !isConvicted;
	});
}

function countDeath(work: Work, inCompany: boolean): void {
	if (!inCompany) work.deathsAlone++;
	else if (++work.deathsInCompany >= MAX_DEATHS_IN_COMPANY) work.alone = true;
}

function runAlone(works: readonly Work[]): Work[] {
	for (const work of works) work.alone = true;
	return [...works];
}

function convictedError(): EmbedError {
	return new EmbedError(
		'inference_failed',
		`The model’s process ended each of the ${MAX_DEATHS_ALONE} times that it ran this text alone. Change or shorten the text`,
	);
}

function nonFiniteError(): EmbedError {
	return new EmbedError(
		'non_finite_vector',
		'The model answers this text with NaN or infinity, also when it runs alone. Change the text, or use a model file of higher precision',
	);
}
