import { expect, test } from 'vitest';

import { readTexts } from '../../../../nodes/shared/item-texts';
import { refusalOf } from '../../../support/async';
import { nodeContext } from '../../../support/node-context';

/** A parameter that takes longer than a slice of time to work out. */
function slowly<T>(value: T): T {
	const endMs = performance.now() + 6;
	while (performance.now() < endMs);
	return value;
}

test('the texts of all items are read in order', async () => {
	const context = nodeContext({ text: (itemIndex: number) => `text ${itemIndex}` });
	const texts = await readTexts(context, 3_000, {});
	expect(texts).toEqual(Array.from({ length: 3_000 }, (_, i) => ({ text: `text ${i}` })));
});

test('other work has its turn while they are read', async () => {
	let turns = 0;
	const turn = () => void (turns++, (timer = setImmediate(turn)));
	let timer = setImmediate(turn);
	await readTexts(nodeContext({ text: (itemIndex: number) => slowly(`text ${itemIndex}`) }), 10, {});
	clearImmediate(timer);
	expect(turns).toBeGreaterThanOrEqual(8);
});

test('a cancelled execution stops in the middle', async () => {
	const controller = new AbortController();
	let read = 0;
	const text = () => {
		if (++read === 3) controller.abort();
		return slowly('text');
	};
	const run = () => readTexts(nodeContext({ text }), 100, { signal: controller.signal });
	expect((await refusalOf(run)).code).toBe('aborted');
	expect(read).toBe(3);
});

test('what is not text is an error that names its item', async () => {
	const values = ['a', 7, '', ['a']];
	const texts = await readTexts(nodeContext({ text: (itemIndex: number) => values[itemIndex] }), 4, {});
	expect(texts.slice(0, 2)).toEqual([{ text: 'a' }, { text: '7' }]);
	expect(texts.slice(2).map((entry) => 'error' in entry && entry.error.message)).toEqual([
		'The text of item 2 is empty',
		'The text of item 3 is a list, not text',
	]);
});
