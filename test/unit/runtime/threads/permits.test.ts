import { expect, test } from 'vitest';

import { Permits } from '../../../../runtime/threads/permits';
import { gate, settle } from '../../../support/async';

test('lets so many work at a time, the others in their order, and goes on after a failure', async () => {
	const permits = new Permits(2);
	const gates = Array.from({ length: 5 }, gate);
	const begun: number[] = [];
	const works = gates.map(({ opened }, i) =>
		permits
			.use(async () => {
				begun.push(i);
				await opened;
				if (i === 0) throw new Error('a failure');
				return i;
			})
			.catch((error: Error) => error.message),
	);
	await settle();
	expect(begun).toEqual([0, 1]);
	gates[0]!.open();
	await settle();
	expect(begun).toEqual([0, 1, 2]);
	for (const { open } of gates) open();
	expect(await Promise.all(works)).toEqual(['a failure', 1, 2, 3, 4]);
	expect(await permits.use(async () => 'free again')).toBe('free again');
});
