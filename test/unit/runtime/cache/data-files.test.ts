import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { dataFiles, fileNumbers, removeFile } from '../../../../runtime/cache/data-files';
import { tempFolder } from '../../../support/temp-folder';

test('numbers are in numeric order, the newest first, and other files have none', () => {
	const folder = tempFolder({
		'9.mdb': '',
		'10.mdb': '',
		'10.mdb-lock': '',
		'x.mdb': '',
		'1.mdb.txt': '',
		'open-3': '',
	});
	expect(fileNumbers(folder)).toEqual([10, 9]);
});

test('the two newest files are in use, and older ones go with all that belongs to them', () => {
	const folder = tempFolder({ '1.mdb': '', '1.mdb-lock': '', '1.mdb-closed': '', '2.mdb': '', '3.mdb': '' });
	expect(dataFiles(folder)).toEqual([join(folder, '3.mdb'), join(folder, '2.mdb')]);
	expect(readdirSync(folder).sort()).toEqual(['2.mdb', '3.mdb']);
});

test('a file that is not there can be removed', () => {
	const folder = tempFolder({ '2.mdb': '' });
	removeFile(join(folder, '1.mdb'));
	expect(readdirSync(folder)).toEqual(['2.mdb']);
});
