import { expect, test } from 'vitest';

import { silentLogger } from '../../../../runtime/base/logger';
import { Drain } from '../../../../runtime/host/drain';
import { Shutdown } from '../../../../runtime/host/shutdown';
import { gate, settle } from '../../../support/async';
import { FakeClock } from '../../../support/fake-clock';

function shutdownOf(close: () => Promise<void> = async () => {}) {
	const clock = new FakeClock();
	const drain = new Drain();
	const done: string[] = [];
	const shutdown = new Shutdown({
		drain,
		clock,
		logger: silentLogger,
		timeoutMs: 30_000,
		close: () => {
			done.push('close');
			return close();
		},
		abandon: () => void done.push('abandon'),
	});
	void shutdown.ended.then((answered) => done.push(answered ? 'ended, all answered' : 'ended, not all answered'));
	return { clock, drain, shutdown, done };
}

test('nothing ends before the drain begins', async () => {
	const { clock, done } = shutdownOf();
	clock.advance(1e9);
	await settle();
	expect(done).toEqual([]);
});

test('the host is closed once everything is answered, and nothing is left to wait for', async () => {
	const { clock, drain, done } = shutdownOf();
	const over = drain.enter();
	drain.begin('SIGTERM');
	await settle();
	clock.advance(29_999);
	expect(done).toEqual([]);
	over();
	await settle();
	expect(done).toEqual(['close', 'ended, all answered']);
	expect(clock.timers).toBe(0);
});

test('a request that hangs is cut when the time is over', async () => {
	const { clock, drain, done } = shutdownOf();
	const over = drain.enter();
	drain.begin('SIGTERM');
	await settle();
	clock.advance(30_000);
	await settle();
	expect(done).toEqual(['abandon', 'ended, not all answered']);
	// It comes to its end all the same, as the process has not gone yet: that changes nothing any more.
	over();
	await settle();
	expect(done.filter((entry) => entry.startsWith('ended'))).toEqual(['ended, not all answered']);
});

test('an end that hangs is cut too, but all was answered', async () => {
	const { clock, drain, done } = shutdownOf(() => gate().opened);
	drain.begin('SIGTERM');
	await settle();
	clock.advance(30_000);
	await settle();
	expect(done).toEqual(['close', 'abandon', 'ended, all answered']);
});

test('an end that fails is an end', async () => {
	const { clock, drain, done } = shutdownOf(async () => {
		throw new Error('disk');
	});
	drain.begin('SIGTERM');
	await settle();
	expect([done, clock.timers]).toEqual([['close', 'ended, all answered'], 0]);
});

test('cut at once, it waits for nothing, and only once', async () => {
	const { drain, shutdown, done } = shutdownOf();
	drain.enter();
	drain.begin('SIGTERM');
	await settle();
	shutdown.cut('a second signal');
	shutdown.cut('a third');
	await settle();
	expect(done).toEqual(['abandon', 'ended, not all answered']);
});
