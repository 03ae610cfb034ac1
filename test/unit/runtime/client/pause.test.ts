import { expect, test } from 'vitest';

import { pause } from '../../../../runtime/client/pause';
import { refusalOf } from '../../../support/async';

const AN_HOUR_MS = 3_600_000;

test('ends when its time is over', async () => {
	await expect(pause(0)).resolves.toBeUndefined();
});

test('ends at once when the signal fires', async () => {
	const controller = new AbortController();
	const waiting = refusalOf(() => pause(AN_HOUR_MS, { signal: controller.signal }));
	controller.abort();
	expect((await waiting).code).toBe('aborted');
});

test('does not begin after the signal has fired', async () => {
	expect((await refusalOf(() => pause(AN_HOUR_MS, { signal: AbortSignal.abort() }))).code).toBe('aborted');
});
