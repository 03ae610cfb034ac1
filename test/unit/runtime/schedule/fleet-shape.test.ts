import { expect, test } from 'vitest';

import { shapeFleet } from '../../../../runtime/schedule/fleet-shape';

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
