// What a scenario expected, and what it found.

/** @param found in words or numbers, shown when it is not met */
export function check(what, isMet, found) {
	return { what, isMet: Boolean(isMet), found };
}

/** What every scenario expects of a load: nobody is lost, and everybody has the right vectors. */
export function nothingLost(tally, { mayRefuse = false } = {}) {
	const { counts, faults } = tally;
	return [
		check('there was load', counts.answered > 0, counts.answered),
		check('0 requests failed', counts.failed === 0, `${counts.failed}: ${faults.join('; ')}`),
		check('0 vectors wrong or swapped', counts.wrong === 0, `${counts.wrong}: ${faults.join('; ')}`),
		...(mayRefuse ? [] : [check('0 requests refused', counts.refused === 0, counts.refused)]),
	];
}

/** `name: a 1, b 2` */
export function toLine(name, figures) {
	const parts = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
	return `${name}: ${parts.join(', ')}`;
}
