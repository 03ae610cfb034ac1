import { expect, test } from 'vitest';

import { Presence } from '../../../../runtime/host/presence';
import { FakeClock } from '../../../support/fake-clock';

function presenceOf(exitAfterIdleMs: number) {
	const clock = new FakeClock();
	const host = { isBusy: false, left: 0 };
	const presence = new Presence({ clock, exitAfterIdleMs, isBusy: () => host.isBusy, leave: () => void host.left++ });
	return { presence, clock, host };
}

test('a host that nobody uses leaves once, after its time', () => {
	const { clock, host } = presenceOf(1_000);
	clock.advance(999);
	expect(host.left).toBe(0);
	clock.advance(5_000);
	expect(host.left).toBe(1);
});

test('each sign of life begins the wait anew', () => {
	const { presence, clock, host } = presenceOf(1_000);
	clock.advance(999);
	presence.touch();
	clock.advance(999);
	expect(host.left).toBe(0);
	clock.advance(1);
	expect(host.left).toBe(1);
});

test('a host with a loaded model stays until the model has gone and the time has passed', () => {
	const { presence, clock, host } = presenceOf(1_000);
	host.isBusy = true;
	presence.touch();
	clock.advance(10_000);
	expect(host.left).toBe(0);
	host.isBusy = false;
	presence.touch();
	clock.advance(1_000);
	expect(host.left).toBe(1);
});

test('a model that is loaded while the wait runs out keeps the host', () => {
	const { clock, host } = presenceOf(1_000);
	host.isBusy = true;
	clock.advance(10_000);
	expect(host.left).toBe(0);
});

test('a host without a time stays for ever, and a stopped one does not leave', () => {
	const forEver = presenceOf(0);
	forEver.clock.advance(1e9);
	expect(forEver.host.left).toBe(0);
	const stopped = presenceOf(1_000);
	stopped.presence.stop();
	stopped.clock.advance(1e9);
	expect(stopped.host.left).toBe(0);
});
