import { describe, expect, test } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { askAgain } from '../../../../runtime/client/ask-again';
import { patienceWhenBusyOrLost } from '../../../../runtime/client/patience';
import { refusalOf } from '../../../support/async';
import { FakeWaitingRoom } from '../../../support/waiting-room';

const full = (retryAfterS?: number) =>
	new EmbedError('overloaded', 'full', retryAfterS === undefined ? {} : { retryAfterS });
const lost = () => new EmbedError('host_unreachable', 'lost');

/** A call that fails with these, one after the other, and then succeeds; and the waits in between. */
async function ask(errors: readonly Error[], signal?: AbortSignal, room = new FakeWaitingRoom()) {
	const left = [...errors];
	const call = async () => {
		const error = left.shift();
		if (error) throw error;
		return 'answer';
	};
	const result = askAgain(call, patienceWhenBusyOrLost, signal ? { signal } : {}, room);
	return result.then(
		(answer) => ({ answer, error: null, waitsMs: room.waitsMs, left: left.length }),
		(error: unknown) => ({ answer: null, error, waitsMs: room.waitsMs, left: left.length }),
	);
}

test('what succeeds is asked once', async () => {
	expect(await ask([])).toMatchObject({ answer: 'answer', waitsMs: [] });
});

test('waits as long as the server says, however often', async () => {
	expect(await ask([full(3), full(1), full(2)])).toMatchObject({ answer: 'answer', waitsMs: [3_000, 1_000, 2_000] });
});

test('waits longer each time where it says nothing', async () => {
	expect(await ask([full(), full(), full()])).toMatchObject({ answer: 'answer', waitsMs: [500, 1_000, 2_000] });
});

describe('gives up', () => {
	test('when the error is one that does not pass', async () => {
		const error = new EmbedError('invalid_api_key', 'why');
		expect(await ask([full(1), error, full(1)])).toMatchObject({ error, waitsMs: [1_000], left: 1 });
	});

	test('with the last error when patience is at its end', async () => {
		const errors = Array.from({ length: 50 }, () => full(60));
		const { error, waitsMs } = await ask(errors);
		expect(error).toBe(errors[10]);
		expect(waitsMs).toEqual(new Array(10).fill(60_000));
	});

	test('at once when the server says to come back when patience is long over', async () => {
		expect(await ask([full(86_400)])).toMatchObject({ error: { message: 'full' }, waitsMs: [] });
	});

	test('on a lost connection sooner than on a full server', async () => {
		const { error, waitsMs } = await ask(Array.from({ length: 50 }, lost));
		expect(error).toMatchObject({ message: 'lost' });
		expect(waitsMs.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(60_000);
	});
});

test('long waits for a full server leave patience for a connection that is lost', async () => {
	const errors = [full(300), lost(), lost(), full(200), lost()];
	expect(await ask(errors)).toMatchObject({ answer: 'answer', waitsMs: [300_000, 500, 1_000, 200_000, 2_000] });
});

test('what is no error of ours is handed on as one, and not asked again', async () => {
	expect(await ask([new TypeError('odd')])).toMatchObject({ error: { code: 'internal' }, waitsMs: [] });
});

test('a signal ends the wait, and the call is not made again', async () => {
	const controller = new AbortController();
	const room = new FakeWaitingRoom();
	room.onPause = () => controller.abort();
	expect(await ask([full(5), full(5)], controller.signal, room)).toMatchObject({ error: { code: 'aborted' }, left: 1 });
});

test('in real time, a signal ends a wait of minutes', async () => {
	const controller = new AbortController();
	const call = async (): Promise<never> => {
		setImmediate(() => controller.abort());
		throw full(300);
	};
	const error = await refusalOf(() => askAgain(call, patienceWhenBusyOrLost, { signal: controller.signal }));
	expect(error.code).toBe('aborted');
});
