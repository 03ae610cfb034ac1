import { expect, test } from 'vitest';

import { toBatch, toRows } from '../../../../runtime/session/batch';

test('rows come out of a batch as they went in', () => {
	const rows = [Int32Array.of(1, 2, 3), Int32Array.of(4), Int32Array.of(5, 6)];
	const batch = toBatch(rows);
	expect(batch).toEqual({ ids: Int32Array.of(1, 2, 3, 4, 5, 6), lengths: Int32Array.of(3, 1, 2) });
	expect(toRows(batch)).toEqual(rows);
});

test('no rows make an empty batch', () => {
	expect(toRows(toBatch([]))).toEqual([]);
});
