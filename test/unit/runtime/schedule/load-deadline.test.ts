import { expect, test } from 'vitest';

import { loadDeadlineMs } from '../../../../runtime/schedule/load-deadline';

test.each([
	['a minute and the time to read it slowly, the first time', 50_000_000, null, 0.5, 70_000],
	['longer on a machine with too much to do', 50_000_000, null, 2, 140_000],
	['ten times what the last one took', 50_000_000, 3_000, 0.5, 40_000],
	['ten seconds at least', 0, 100, 0.5, 10_000],
])('a load may take %s', (_, fileBytes, earlierMs, loadPerCore, deadlineMs) => {
	expect(loadDeadlineMs({ fileBytes, earlierMs, loadPerCore })).toBe(deadlineMs);
});
