import { spawnSync } from 'node:child_process';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { claimUse, isUsedByOthers, releaseUse } from '../../../../runtime/cache/users';
import { tempFolder } from '../../../support/temp-folder';

test('a process is no other to itself, not even by what one of the same id left', () => {
	const folder = tempFolder();
	claimUse(folder, 'open');
	expect(isUsedByOthers(folder, 'open')).toBe(false);
});

test('a process that lives and said so is one', () => {
	const folder = tempFolder({ [`open-${process.ppid}`]: '' });
	expect(isUsedByOthers(folder, 'open')).toBe(true);
});

test('one who renews is told apart from one who has them open', () => {
	const folder = tempFolder({ [`renew-${process.ppid}`]: '' });
	expect([isUsedByOthers(folder, 'open'), isUsedByOthers(folder, 'renew')]).toEqual([false, true]);
});

test('a claim goes when it is given back, as often as that is done', () => {
	const folder = tempFolder();
	claimUse(folder, 'open');
	expect(readdirSync(folder)).toEqual([`open-${process.pid}`]);
	releaseUse(folder, 'open');
	releaseUse(folder, 'open');
	expect(readdirSync(folder)).toEqual([]);
});

test('what a process left that is gone counts for nothing, and is removed', () => {
	const { pid } = spawnSync(process.execPath, ['-e', '']);
	const folder = tempFolder({ [`open-${pid}`]: '' });
	expect(isUsedByOthers(folder, 'open')).toBe(false);
	expect(readdirSync(folder)).toEqual([]);
});

test('what was left before the machine started counts for nothing, whoever has the id now', () => {
	const folder = tempFolder();
	const claim = join(folder, `open-${process.ppid}`);
	writeFileSync(claim, '');
	utimesSync(claim, 1_000, 1_000);
	expect(isUsedByOthers(folder, 'open')).toBe(false);
});

test('other files are none of it', () => {
	const folder = tempFolder({ '1.mdb': '', 'open-': '', 'open-1x': '', 'opened-1': '' });
	expect(isUsedByOthers(folder, 'open')).toBe(false);
	expect(readdirSync(folder)).toHaveLength(4);
});
