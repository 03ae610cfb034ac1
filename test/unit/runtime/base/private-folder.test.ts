import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ensurePrivateFolder } from '../../../../runtime/base/private-folder';
import { refusalOf } from '../../../support/async';
import { tempFolder } from '../../../support/temp-folder';

const me = process.getuid?.() ?? 0;
const modeOf = (path: string) => statSync(path).mode & 0o777;

function folderOfMode(mode: number): string {
	const folder = join(tempFolder(), 'run');
	mkdirSync(folder);
	chmodSync(folder, mode);
	return folder;
}

test('a missing folder is made for this user alone, with those above it', () => {
	const folder = join(tempFolder(), 'a', 'b');
	ensurePrivateFolder(folder, me);
	expect(modeOf(folder)).toBe(0o700);
});

test('a private folder is left as it is', () => {
	const folder = folderOfMode(0o700);
	ensurePrivateFolder(folder, me);
	expect(modeOf(folder)).toBe(0o700);
});

describe('is refused, by name and with what to do', () => {
	const refused = async (folder: string, words: string, uid = me) => {
		const error = await refusalOf(() => ensurePrivateFolder(folder, uid));
		expect(error.code).toBe('host_not_private');
		expect(error.message).toContain(folder);
		expect(error.message).toContain(words);
	};

	test.each([0o755, 0o770, 0o701, 0o704])('a folder of mode %i, which is not mended', async (mode) => {
		const folder = folderOfMode(mode);
		await refused(folder, `chmod 700 ${folder}`);
		expect(modeOf(folder)).toBe(mode);
	});

	test('a folder of somebody else', async () => {
		await refused(folderOfMode(0o700), `belongs to user ${me}, not to you (${me + 1})`, me + 1);
	});

	test('a link to a private folder, which somebody else may turn', async () => {
		const link = join(tempFolder(), 'link');
		symlinkSync(folderOfMode(0o700), link);
		await refused(link, 'is not a folder');
	});

	test('a file in its place', async () => {
		await refused(join(tempFolder({ run: 'x' }), 'run'), 'cannot be made');
	});
});

test('a system without user ids has nothing to check', () => {
	const folder = join(tempFolder(), 'none');
	const getuid = process.getuid;
	Object.defineProperty(process, 'getuid', { value: undefined, configurable: true });
	try {
		ensurePrivateFolder(folder);
	} finally {
		Object.defineProperty(process, 'getuid', { value: getuid, configurable: true });
	}
	expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
});
