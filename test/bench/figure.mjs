// One row of the results.
import { isRight } from './check.mjs';
import { REQUIRED } from './required.mjs';
import { median } from './statistics.mjs';

/**
 * @param session the model that was measured; null for what needs none
 * @param rounds by contender: what each round gave, in `unit`
 * @param ratios by contender: how it stands to `against`
 * @param cosines by contender: the lowest cosine of its vectors with the floor’s
 * @param details whatever else makes the row understandable; kept in the JSON
 */
export function figure(
	id,
	{ session = null, title, unit, against, rounds, ratios, cosines = {}, notes = [], details },
) {
	const isMain = session === null || session.model.isMain === true;
	const required = isMain ? (REQUIRED[id] ?? null) : null;
	const isValid = cosines.ours === undefined || isRight(cosines.ours);
	const reached = ratios.ours ?? null;
	return {
		id,
		title,
		model: session?.model.title ?? null,
		unit,
		against,
		values: Object.fromEntries(
			Object.entries(rounds).map(([name, values]) => [name, { median: median(values), rounds: values }]),
		),
		ratios,
		required,
		reached,
		isValid,
		isMet: required === null || reached === null ? null : isValid && meets(reached, required),
		cosines,
		notes: isValid ? notes : [`NOT VALID: the host’s vectors differ from the floor’s (${cosines.ours})`, ...notes],
		...(details !== undefined && { details }),
	};
}

/** Whether a figure is at least, or at most, what is required. */
export function meets(reached, { atLeast = -Infinity, atMost = Infinity }) {
	return reached >= atLeast && reached <= atMost;
}

/** The name with the highest median. */
export function fastest(rounds) {
	return Object.keys(rounds).reduce((best, name) => (median(rounds[name]) > median(rounds[best]) ? name : best));
}

/** Each contender’s median as a multiple of the baseline’s. */
export function ratiosTo(baseline, rounds) {
	return Object.fromEntries(Object.entries(rounds).map(([name, values]) => [name, median(values) / median(baseline)]));
}
