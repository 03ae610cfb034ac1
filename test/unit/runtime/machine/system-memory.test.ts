import { totalmem } from 'node:os';

import { expect, test } from 'vitest';

import { fileCacheBytes, readSystemMemory } from '../../../../runtime/machine/system-memory';

test('the system has some memory, and not all of it is left', () => {
	const { totalBytes, availableBytes } = readSystemMemory();
	expect(totalBytes).toBeLessThanOrEqual(totalmem());
	expect(availableBytes).toBeGreaterThan(0);
	expect(availableBytes).toBeLessThan(totalBytes);
});

test.each([
	['of a group of today', 'anon 5\nfile 90\ninactive_file 30\nactive_file 12\n', 42],
	[
		'of an older one, which has its children’s as well',
		'inactive_file 1\nactive_file 1\ntotal_inactive_file 30\ntotal_active_file 12\n',
		42,
	],
	['that does not say', 'anon 5\n', null],
	['that is not there', '', null],
])('files in the memory %s', (_, stat, bytes) => {
	expect(fileCacheBytes(stat)).toBe(bytes);
});
