import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { systemClock } from '../../../../runtime/base/clock';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a timer acts once, when it is due', () => {
	const action = vi.fn();
	systemClock.after(10, action);
	vi.advanceTimersByTime(9);
	expect(action).not.toHaveBeenCalled();
	vi.advanceTimersByTime(20);
	expect(action).toHaveBeenCalledTimes(1);
});

test('a cancelled timer never acts', () => {
	const action = vi.fn();
	const timer = systemClock.after(10, action);
	timer.cancel();
	timer.cancel();
	vi.advanceTimersByTime(20);
	expect(action).not.toHaveBeenCalled();
});

test('a wait of more milliseconds than 32 bits hold does not end at once', () => {
	const action = vi.fn();
	systemClock.after(2 ** 40, action);
	vi.advanceTimersByTime(1_000);
	expect(action).not.toHaveBeenCalled();
});
