import { expect, test } from 'vitest';

import { parseRollup, parseStatus, readProcessMemory } from '../../../../runtime/machine/process-memory';

const ROLLUP = `5588c1d5a000-7ffd4b3f2000 ---p 00000000 00:00 0                          [rollup]
Rss:              201000 kB
Pss:              150000 kB
Pss_Dirty:        120000 kB
Pss_Anon:         130000 kB
Pss_File:          19000 kB
Pss_Shmem:          1000 kB
`;

test('a shared page counts in part, and what no file stands behind is told apart', () => {
	expect(parseRollup(ROLLUP)).toEqual({
		residentBytes: 150_000 * 1024,
		ownBytes: 131_000 * 1024,
		source: 'pss',
	});
});

test('where the kernel has no such account, the plain figures do', () => {
	const status =
		'Name:\tnode\nVmRSS:\t  201000 kB\nRssAnon:\t  130000 kB\nRssFile:\t 70000 kB\nRssShmem:\t    1000 kB\n';
	expect(parseStatus(status)).toEqual({ residentBytes: 201_000 * 1024, ownBytes: 131_000 * 1024, source: 'rss' });
});

test.each(['', 'Name:\tnode\nState:\tZ (zombie)\n'])('of %j nothing is known', (text) => {
	expect(parseRollup(text)).toBeNull();
	expect(parseStatus(text)).toBeNull();
});

test.runIf(process.platform === 'linux')('this process is read, one that is not there is not', async () => {
	const memory = await readProcessMemory(process.pid);
	expect(memory!.residentBytes).toBeGreaterThan(10 * 2 ** 20);
	expect(memory!.ownBytes).toBeGreaterThan(0);
	expect(memory!.ownBytes).toBeLessThanOrEqual(memory!.residentBytes);
	expect(await readProcessMemory(2 ** 30)).toBeNull();
});
