import { describe, expect, test } from 'vitest';

import { shapeFleet, wantsBulkWorkers } from '../../../../runtime/schedule/fleet-shape';

test.each([
	[1, 0, { quickThreads: 1, bulkWorkers: 0, bulkThreads: 0 }],
	[2, 0, { quickThreads: 2, bulkWorkers: 2, bulkThreads: 1 }],
	[4, 0, { quickThreads: 4, bulkWorkers: 4, bulkThreads: 1 }],
	[32, 0, { quickThreads: 32, bulkWorkers: 8, bulkThreads: 4 }],
	[2, 1, { quickThreads: 2, bulkWorkers: 0, bulkThreads: 0 }],
	[2, 2, { quickThreads: 2, bulkWorkers: 1, bulkThreads: 2 }],
	[1, 2, { quickThreads: 1, bulkWorkers: 1, bulkThreads: 1 }],
	[8, 5, { quickThreads: 8, bulkWorkers: 4, bulkThreads: 2 }],
])('%i cores and at most %i workers', (cores, maxWorkers, shape) => {
	expect(shapeFleet(cores, maxWorkers)).toEqual(shape);
});

describe('bulk workers', () => {
	const need = {
		backlogMs: 5_000,
		waitedMs: 0,
		loadMs: 400,
		crowded: false,
		workerBytes: 100,
		availableBytes: 1_000,
		bulkWorkers: 2,
	};
	test.each([
		['start for a queue worth more than a few loads', need, true],
		['do not start for a short queue', { ...need, backlogMs: 700 }, false],
		['start for a short queue that does not end', { ...need, backlogMs: 700, waitedMs: 900 }, true],
		['do not start for a queue that a long load would outlast', { ...need, loadMs: 4_000 }, false],
		['start for a crowd of single texts', { ...need, backlogMs: 0, crowded: true }, true],
		['do not start where they do not fit', { ...need, availableBytes: 240 }, false],
		['do not start where there are none', { ...need, bulkWorkers: 0 }, false],
	])('%s', (_, numbers, start) => {
		const decision = wantsBulkWorkers(numbers);
		expect(decision.start).toBe(start);
		expect(decision.reason).not.toBe('');
	});
});
