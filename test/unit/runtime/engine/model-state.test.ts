import { expect, test } from 'vitest';

import type { ModelState } from '../../../../runtime/base/provider';
import { MODEL_MOVES, ModelLife } from '../../../../runtime/engine/model-state';

const WAYS: Readonly<Record<ModelState, readonly ModelState[]>> = {
	cold: [],
	loading: ['loading'],
	ready: ['loading', 'ready'],
	failed: ['loading', 'failed'],
};
const STATES = Object.keys(WAYS) as ModelState[];

function lifeIn(state: ModelState, listener = (..._: readonly unknown[]) => {}): ModelLife {
	const life = new ModelLife((to, reason, from) => listener(to, reason, from));
	for (const to of WAYS[state]) life.move(to, 'a test');
	return life;
}

const pairs = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));
const isLegal = (from: ModelState, to: ModelState) => MODEL_MOVES[from].includes(to);

test.each(pairs.filter(([from, to]) => isLegal(from, to)))('a model moves from %s to %s and says why', (from, to) => {
	const heard: unknown[] = [];
	const life = lifeIn(from, (...args) => heard.push(args));
	life.move(to, 'because');
	expect([life.state, life.reason]).toEqual([to, 'because']);
	expect(heard.at(-1)).toEqual([to, 'because', from]);
});

test.each(pairs.filter(([from, to]) => !isLegal(from, to)))('a model does not move from %s to %s', (from, to) => {
	const life = lifeIn(from);
	expect(() => life.move(to, 'because')).toThrow(`illegal model move: ${from} to ${to}`);
	expect(life.state).toBe(from);
});

test('a model is cold at first', () => {
	expect(lifeIn('cold')).toMatchObject({ state: 'cold', reason: 'not used yet' });
});
