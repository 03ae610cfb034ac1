import { expect, test, vi } from 'vitest';

import { EmbedError } from '../../../../runtime/base/errors';
import { Work } from '../../../../runtime/engine/work';

const RESULT = { vector: Float32Array.of(1), tokens: 1, tokenizeMs: 0, queueMs: 0, inferenceMs: 0 };

function workFor(waiters: number) {
	const onAbandoned = vi.fn();
	const work = new Work({ job: {}, lane: 'bulk', onAbandoned });
	for (let i = 0; i < waiters; i++) work.join();
	return { work, onAbandoned };
}

test('is abandoned when the last of its waiters leaves', () => {
	const { work, onAbandoned } = workFor(2);
	work.leave();
	expect(work.isWanted).toBe(true);
	expect(onAbandoned).not.toHaveBeenCalled();
	work.leave();
	expect(work.isWanted).toBe(false);
	expect(onAbandoned).toHaveBeenCalledTimes(1);
});

test('is not abandoned once it has an answer', async () => {
	const { work, onAbandoned } = workFor(1);
	work.resolve(RESULT);
	work.leave();
	expect(onAbandoned).not.toHaveBeenCalled();
	expect(work.isSettled).toBe(true);
	await expect(work.result).resolves.toBe(RESULT);
});

test('gives every waiter the same refusal', async () => {
	const { work } = workFor(2);
	work.reject(new EmbedError('inference_failed', 'why'));
	expect(work.isSettled).toBe(true);
	await expect(Promise.allSettled([work.result, work.result])).resolves.toMatchObject([
		{ reason: { code: 'inference_failed' } },
		{ reason: { code: 'inference_failed' } },
	]);
});

test('has as many tokens as ids, none before they are known', () => {
	const { work } = workFor(0);
	expect(work.tokens).toBe(0);
	work.ids = Int32Array.of(5, 6);
	expect(work.tokens).toBe(2);
});
