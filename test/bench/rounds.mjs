// In which order contenders run, and when they are warm.
import { isSteady } from './statistics.mjs';

const TOLERANCE = 0.05;

/**
 * Runs every contender once a round, so that what the machine does meanwhile meets all of them alike. Each round begins
 * with the next contender, so that nobody always comes after the same neighbour.
 * @param runners by name: an async function of the round that returns what was measured
 * @returns by name: one result a round
 */
export async function alternate(rounds, runners) {
	const names = Object.keys(runners);
	const results = Object.fromEntries(names.map((name) => [name, []]));
	for (let round = 0; round < rounds; round++) {
		for (let place = 0; place < names.length; place++) {
			const name = names[(round + place) % names.length];
			results[name].push(await runners[name](round));
		}
	}
	return results;
}

/**
 * Runs until two results in a row differ by less than 5 %, but at most `maxRuns` times: a contender may learn.
 * @param run returns a number, such as a rate
 * @returns every result; the last is the steadiest
 */
export async function warmUp(run, maxRuns) {
	const results = [];
	while (results.length < maxRuns) {
		results.push(await run());
		if (results.length > 1 && isSteady(results.at(-2), results.at(-1), TOLERANCE)) break;
	}
	return results;
}
