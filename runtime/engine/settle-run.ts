import { EmbedError } from '../base/errors';
import { halveSuspects, suspectTogether } from '../schedule/suspects';
import type { RunAnswer } from '../workers/session-worker';
import type { Work } from './work';

/** So many deaths convict a text, and only alone: processes are also killed by chance. */
const MAX_DEATHS_ALONE = 3;
/** A text that never had a fresh worker to itself is not run for ever. */
const MAX_DEATHS_ALONE_ANYWHERE = 6;
/** A row may come out not finite by chance, alone as well: so many such runs alone convict it. */
const MAX_NON_FINITE_ALONE = 2;

export interface AnsweredRun {
	readonly works: readonly Work[];
	readonly answer: RunAnswer;
	/** When it was sent, on the engine’s clock. */
	readonly startMs: number;
	/** Numbers in a vector. */
	readonly dimensions: number;
	/** The row of this text is not finite, alone and again alone. */
	readonly onNonFinite: (work: Work) => void;
}

/** Gives every text its vector. @returns the texts whose row was not finite and that are worth another run, alone */
export function settleAnswer({ works, answer, startMs, dimensions, onNonFinite }: AnsweredRun): Work[] {
	const nonFinite = new Set(answer.nonFiniteRows);
	const retry: Work[] = [];
	works.forEach((work, row) => {
		if (nonFinite.has(row)) {
			if (works.length === 1) work.nonFiniteAlone++;
			if (work.nonFiniteAlone < MAX_NON_FINITE_ALONE) retry.push(work);
			else onNonFinite(work);
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
	for (const work of retry) work.alone = true;
	return retry;
}

/** A run failed in a worker that goes on. @returns the texts that are worth another run, in two halves */
export function settleFailure(works: readonly Work[], error: EmbedError): readonly Work[] {
	if (works.length === 1) {
		works[0]!.reject(error);
		return [];
	}
	halveSuspects(works);
	return works;
}

/**
 * The worker died while it ran these texts: the first time they are run again together, then in halves, until the text
 * at fault is alone.
 * @param isFresh the worker had done nothing before
 * @returns those that are worth another run
 */
export function settleDeath(works: readonly Work[], isFresh: boolean): readonly Work[] {
	for (const work of works) work.deaths++;
	const [only] = works;
	if (works.length === 1 && isConvicted(only!, isFresh)) {
		only!.reject(convictedError(only!.deathsAlone));
		return [];
	}
	if (works.every(({ suspects }) => suspects === null)) suspectTogether(works);
	else halveSuspects(works);
	return works;
}

function isConvicted(work: Work, isFresh: boolean): boolean {
	work.deathsAlone++;
	return work.deathsAlone >= (isFresh ? MAX_DEATHS_ALONE : MAX_DEATHS_ALONE_ANYWHERE);
}

function convictedError(deaths: number): EmbedError {
	return new EmbedError(
		'inference_failed',
		`The model’s process ended each of the ${deaths} times that it ran this text alone. Change or shorten the text`,
	);
}

export function nonFiniteError(): EmbedError {
	return new EmbedError(
		'non_finite_vector',
		'The model answers this text with NaN or infinity, also when it runs alone. Change the text, or use a model file of higher precision',
	);
}
