import { alwaysOn } from './always-on';
import { articleDay } from './article-day';
import type { Arrival } from './arrival';
import { elastic } from './elastic';
import { keepAlive } from './keep-alive';
import { readHours, readWindows, type SimulateOptions } from './options';
import type { ScalingPolicy } from './policy';
import { readTrace } from './read-trace';
import type { Service } from './service';
import { simulateDay, type DayResult } from './simulate-day';

export interface PricedResult extends DayResult {
	readonly cost: number;
	/** At this rate, for a twelfth of a year. */
	readonly costPerMonth: number;
	/** Of the cost of the always-on workers; negative when it costs more. */
	readonly saved: number;
}

/** A trace under the three policies, the always-on one first and ours last. */
export interface Comparison {
	readonly trace: { readonly source: string; readonly interactiveTexts: number; readonly bulkTexts: number };
	readonly assumptions: readonly string[];
	readonly policies: readonly PricedResult[];
	readonly arrivals: readonly Arrival[];
}

const MONTH_HOURS = (365 * 24) / 12;

/** @param csv the text of the trace file; null: the day is generated */
export function compare(options: SimulateOptions, csv: string | null): Comparison {
	const arrivals = csv === null ? generate(options) : readTrace(csv, options.charactersPerToken);
	const service: Service = {
		msPerToken: options.msPerToken,
		overheadMs: options.runOverheadMs,
		loadMs: 1000 * options.loadS,
		maxSharedRunMs: options.sharedRunMs,
	};
	const days = policiesOf(options).map((policy) => simulateDay(arrivals, policy, service));
	const always = days[0]!;
	const policies = days.map((day) => ({
		...day,
		cost: options.pricePerHour * day.gpuHours,
		costPerMonth: (options.pricePerHour * day.gpuHours * MONTH_HOURS) / day.hours,
		saved: 1 - day.gpuHours / always.gpuHours,
	}));
	const { interactive, bulk } = always.lanes;
	return {
		trace: {
			source: options.trace ?? 'generated',
			interactiveTexts: interactive.texts,
			bulkTexts: bulk.texts,
		},
		assumptions: assumptionsOf(options),
		policies,
		arrivals,
	};
}

function policiesOf(options: SimulateOptions): ScalingPolicy[] {
	const { minWorkers, maxWorkers } = options;
	return [
		alwaysOn(options.alwaysOn),
		keepAlive(maxWorkers, 1000 * options.keepAliveS),
		elastic({
			minWorkers,
			maxWorkers,
			idleTimeoutMs: 1000 * options.idleTimeoutS,
			targetUtilization: options.targetGpuUtilization,
			// As long as it would stay loaded for them alone.
			keepForSinglesMs: 1000 * options.idleTimeoutS,
		}),
	];
}

function generate(options: SimulateOptions): Arrival[] {
	return articleDay({
		...options,
		burstHours: readHours(options.burstHours, '--burst-hours'),
		requestHours: readWindows(options.requestHours, '--request-hours'),
	});
}

/** All that the figures rest on. */
function assumptionsOf(options: SimulateOptions): string[] {
	const { documents, documentCharacters, passages, burstHours, requestsPerHour, requestHours, requestCharacters } =
		options;
	const requestTokens = Math.max(1, Math.round(requestCharacters / options.charactersPerToken));
	const requestMs = options.runOverheadMs + options.msPerToken * requestTokens;
	const generated = [
		`The day: ${documents} documents of ${documentCharacters} characters${passages > 1 ? `, each cut into ${passages} texts` : ''}, in equal parts at ${burstHours.join(', ')} o’clock, each part all at once; ${requestsPerHour} single requests an hour on average, by chance (seed ${options.seed}), from ${requestHours.join(' and ')} o’clock.`,
		`A single request has ${requestCharacters} characters and takes ${requestMs.toFixed(0)} ms on a worker that is free.`,
	];
	return [
		...(options.trace === null ? generated : [`The trace is ${options.trace}.`]),
		`A token has ${options.charactersPerToken} characters and costs ${options.msPerToken} ms of one worker; a run costs ${options.runOverheadMs} ms beside its tokens. The default of 3.8016 ms makes 50,000 documents of 800 characters 10.56 GPU hours, which is the article’s 22 % of two GPUs over a day.`,
		`A text is never divided, and a run never interrupted. While single requests come, a bulk run holds as many texts as fit into ${Math.min(40, options.sharedRunMs)} ms, at least one.`,
		`A worker is one GPU. It takes ${options.loadS} s to load and is paid by the second from its start to its end, loading and idling included, at ${options.pricePerHour} an hour; a GPU can be had at once.`,
		`Ours: ${options.minWorkers} to ${options.maxWorkers} workers, idle timeout ${options.idleTimeoutS} s, target utilisation ${options.targetGpuUtilization}. The plain set-up has up to ${options.maxWorkers} too, starts one for each text that would wait, and keeps each for ${options.keepAliveS} s after its last use.`,
		'All three have the host’s queue: single requests before bulk work. Nothing is in the cache, no request is refused because the queue is full, no worker fails, and tokenising and the network take no time.',
	];
}
