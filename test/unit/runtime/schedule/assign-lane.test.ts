import { expect, test } from 'vitest';

import { assignLane, keepsOneForSingles, type Assignment } from '../../../../runtime/schedule/assign-lane';

const both = { interactive: 3, bulk: 3 };
const calm: Assignment = {
	role: 'quick',
	hasQuick: true,
	isQuickKept: true,
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
	[
		'a quick worker that is not kept serves whoever is next',
		{ ...calm, isQuickKept: false, waiting: { interactive: 0, bulk: 3 }, nextLane: 'bulk' },
		'bulk',
	],
	['the quick worker rests in a crowd', { ...calm, demand: 'crowded' }, null],
	['a bulk worker serves bulk', bulk, 'bulk'],
	['a bulk worker leaves single texts to the quick one', { ...bulk, waiting: { interactive: 3, bulk: 0 } }, null],
	['a bulk worker serves whoever is next in a crowd', { ...bulk, demand: 'crowded' }, 'interactive'],
	['a bulk worker serves whoever is next where there is no quick one', { ...bulk, hasQuick: false }, 'interactive'],
])('%s', (_, assignment, lane) => {
	expect(assignLane(assignment)).toBe(lane);
});

test.each([
	['beside bulk workers on its cores, always', { sharesCores: true, quietMs: 1e9, keepMs: 1 }, true],
	['among like workers, while single texts come', { sharesCores: false, quietMs: 1_000, keepMs: 120_000 }, true],
	['among like workers, no longer than that', { sharesCores: false, quietMs: 120_001, keepMs: 120_000 }, false],
])('one worker waits for single texts: %s', (_, keeping, isKept) => {
	expect(keepsOneForSingles(keeping)).toBe(isKept);
});
