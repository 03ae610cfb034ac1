import { expect, test } from 'vitest';

import {
	INTERACTIVE_MEMORY_MS,
	MAX_RUN_MS,
	MAX_SHARED_RUN_MS,
	maxRunMs,
} from '../../../../runtime/schedule/run-length';

const lately = { role: 'bulk', bulkWorkers: 2, demand: 'calm', quietMs: 100 } as const;

test.each([
	[
		'is long where no single text has come for a while',
		{ ...lately, bulkWorkers: 0, quietMs: INTERACTIVE_MEMORY_MS + 1 },
		MAX_RUN_MS,
	],
	['is long on a bulk worker that no single text waits for', lately, MAX_RUN_MS],
	['is short where one worker does everything', { ...lately, role: 'quick', bulkWorkers: 0 }, MAX_SHARED_RUN_MS],
	['is short on a bulk worker that a crowd waits for', { ...lately, demand: 'crowded' }, MAX_SHARED_RUN_MS],
	['is short on the quick worker', { ...lately, role: 'quick' }, MAX_SHARED_RUN_MS],
] as const)('a run %s', (_, sharing, ms) => {
	expect(maxRunMs(sharing)).toBe(ms);
});
