import { expect, test } from 'vitest';

import { assignLane, type Assignment } from '../../../../runtime/schedule/assign-lane';

const both = { interactive: 3, bulk: 3 };
const calm: Assignment = {
	role: 'quick',
	hasQuick: true,
	bulkWorkers: 2,
	demand: 'calm',
	waiting: both,
	nextLane: 'interactive',
};
const bulk = { ...calm, role: 'bulk' } as const;

test.each<[string, Assignment, string | null]>([
	['one worker serves whoever is next', { ...calm, bulkWorkers: 0 }, 'interactive'],
	['one worker serves bulk when it is its turn', { ...calm, bulkWorkers: 0, nextLane: 'bulk' }, 'bulk'],
	['the quick worker serves single texts', calm, 'interactive'],
	[
		'the quick worker waits for single texts',
		{ ...calm, waiting: { interactive: 0, bulk: 3 }, nextLane: 'bulk' },
		null,
	],
	['the quick worker rests in a crowd', { ...calm, demand: 'crowded' }, null],
	['a bulk worker serves bulk', bulk, 'bulk'],
	['a bulk worker leaves single texts to the quick one', { ...bulk, waiting: { interactive: 3, bulk: 0 } }, null],
	['a bulk worker serves whoever is next in a crowd', { ...bulk, demand: 'crowded' }, 'interactive'],
	['a bulk worker serves whoever is next where there is no quick one', { ...bulk, hasQuick: false }, 'interactive'],
])('%s', (_, assignment, lane) => {
	expect(assignLane(assignment)).toBe(lane);
});
