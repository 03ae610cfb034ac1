// Somebody waits for single answers while a bulk job runs.
import { checkVectors } from '../check.mjs';
import { figure } from '../figure.mjs';
import { alternate, warmUp } from '../rounds.mjs';
import { median, percentile } from '../statistics.mjs';
import { inLists } from '../texts/banking77.mjs';

export async function interactive(session) {
	const { sizes, settings, peers } = session;
	const host = await session.computingHost();
	try {
		// Two processes call the host; a library serves its own process alone, so that there it is one for both.
		const callers = {
			ours: { bulk: await host.client(), singles: await host.client(), inFlight: sizes.listsInFlight },
			...Object.fromEntries(
				Object.entries(peers).map(([name, one]) => [name, { bulk: one, singles: one, inFlight: 1 }]),
			),
		};
		const checked = settings.texts.slice(0, sizes.shortListSize);
		const reference = await session.reference(session.encode(checked));
		const cosines = {};
		const phases = {};
		for (const [name, caller] of Object.entries(callers)) {
			settings.log(`  ${name}: warm-up`);
			cosines[name] = await checkVectors(caller.bulk, { lists: [checked], inFlight: 1, reference });
			phases[name] = await phasesOf(caller, session, name === 'ours' ? sizes.warmUpRuns : 1);
			if (name === 'ours') await phases.ours('warm-up');
		}
		const results = await alternate(sizes.rounds, phases);
		return figures(session, results, cosines);
	} finally {
		await host.close();
	}
}

/** How much longer than the singles alone the bulk job is: it may turn out faster than its probe. */
const MARGIN = 1.15;

/** @returns a function that measures singles alone, the bulk job alone, and both; the job lasts as long as the singles */
async function phasesOf({ bulk, singles, inFlight }, { sizes, settings }, warmUpRuns) {
	const { shortListSize, interactiveSingles, singleEveryMs, rounds } = sizes;
	const count = Math.ceil(interactiveSingles / rounds);
	const bulkTexts = settings.texts.slice(0, -count);
	const texts = settings.texts.slice(-count);
	const probe = inLists(bulkTexts, shortListSize).slice(0, inFlight);
	const rateOf = (lists, ms) => (lists.flat().length / ms) * 1000;
	const warm = await warmUp(
		async () => rateOf(probe, (await bulk.ask('lists', { lists: probe, inFlight })).ms),
		warmUpRuns,
	);
	const wanted = Math.max(2, Math.ceil((MARGIN * warm.at(-1) * count * singleEveryMs) / 1000 / shortListSize));
	const all = inLists(bulkTexts, shortListSize).filter((list) => list.length === shortListSize);
	const lists = Array.from({ length: wanted }, (_, i) => all[i % all.length]);
	return async (round) => {
		const name = `singles of round ${round}`;
		const alone = await singles.ask('openLoop', { texts, everyMs: singleEveryMs, count, name });
		const bulkAlone = await bulk.ask('lists', { lists, inFlight });
		const beside = singles.ask('openLoop', { texts, everyMs: singleEveryMs, name });
		const bulkBeside = await bulk.ask('lists', { lists, inFlight });
		await singles.ask('stop', { name });
		return {
			aloneMs: alone.latenciesMs,
			besideMs: (await beside).latenciesMs,
			bulkAlone: rateOf(lists, bulkAlone.ms),
			bulkBeside: rateOf(lists, bulkBeside.ms),
		};
	};
}

function figures(session, results, cosines) {
	const { shortListSize, singleEveryMs } = session.sizes;
	const latency = {};
	const rates = {};
	const slower = {};
	const kept = {};
	const notes = [];
	for (const [name, rounds] of Object.entries(results)) {
		const alone = rounds.flatMap(({ aloneMs }) => aloneMs);
		const beside = rounds.flatMap(({ besideMs }) => besideMs);
		latency[`${name} alone`] = [percentile(alone, 0.95)];
		latency[`${name} beside`] = [percentile(beside, 0.95)];
		slower[name] = percentile(beside, 0.95) / percentile(alone, 0.95);
		rates[`${name} alone`] = rounds.map(({ bulkAlone }) => bulkAlone);
		rates[`${name} beside`] = rounds.map(({ bulkBeside }) => bulkBeside);
		kept[name] = median(rates[`${name} beside`]) / median(rates[`${name} alone`]);
		const p50 = [alone, beside].map((all) => percentile(all, 0.5).toFixed(1));
		notes.push(`${name}: p50 ${p50[0]} → ${p50[1]} ms; ${alone.length} singles alone, ${beside.length} beside`);
	}
	const common = { session, against: 'the same alone', cosines };
	const perRound = Object.fromEntries(
		Object.entries(results).map(([name, rounds]) => [
			name,
			rounds.map(({ aloneMs, besideMs }) => ({
				aloneP95: percentile(aloneMs, 0.95),
				besideP95: percentile(besideMs, 0.95),
			})),
		]),
	);
	return [
		figure('interactive-latency', {
			...common,
			title: `a single text every ${singleEveryMs} ms beside a bulk job (lists of ${shortListSize}), p95`,
			unit: 'ms',
			rounds: latency,
			ratios: slower,
			notes: ['all rounds’ singles together', ...notes],
			details: { perRound },
		}),
		figure('interactive-bulk', {
			...common,
			title: 'the bulk job beside those single texts',
			unit: 'texts/s',
			rounds: rates,
			ratios: kept,
		}),
	];
}
