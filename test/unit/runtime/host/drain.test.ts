import { expect, test } from 'vitest';

import { Drain } from '../../../../runtime/host/drain';
import { refusalOf, settle } from '../../../support/async';

/** What of a drain’s promises has come, in order. */
function watched() {
	const drain = new Drain();
	const seen: string[] = [];
	void drain.begun.then((reason) => seen.push(`begun: ${reason}`));
	void drain.finished.then(() => seen.push('finished'));
	return { drain, seen };
}

test('a host serves until its drain begins', async () => {
	const { drain, seen } = watched();
	drain.enter()();
	const over = drain.enter();
	await settle();
	expect([drain.reason, drain.inFlight, drain.isFinished, seen]).toEqual([null, 1, false, []]);
	over();
	await settle();
	expect([drain.inFlight, seen]).toEqual([0, []]);
});

test('a drain with nothing in flight is over at once', async () => {
	const { drain, seen } = watched();
	drain.begin('SIGTERM');
	await settle();
	expect([drain.isFinished, seen]).toEqual([true, ['begun: SIGTERM', 'finished']]);
});

test('a drain is over when the last request is, and each counts once', async () => {
	const { drain, seen } = watched();
	const [first, second] = [drain.enter(), drain.enter()];
	drain.begin('SIGTERM');
	first();
	first();
	await settle();
	expect([drain.inFlight, drain.isFinished, seen]).toEqual([1, false, ['begun: SIGTERM']]);
	second();
	await settle();
	expect([drain.inFlight, drain.isFinished, seen]).toEqual([0, true, ['begun: SIGTERM', 'finished']]);
});

test('no work is taken any more, and who brings some is told when to come back', async () => {
	const { drain } = watched();
	drain.begin('SIGTERM');
	expect(await refusalOf(() => drain.enter())).toMatchObject({ code: 'shutting_down', retryAfterS: 1 });
	expect(drain.inFlight).toBe(0);
});

test('the first reason stays', async () => {
	const { drain, seen } = watched();
	drain.begin('unused');
	drain.begin('SIGTERM');
	await settle();
	expect([drain.reason, seen]).toEqual(['unused', ['begun: unused', 'finished']]);
});
