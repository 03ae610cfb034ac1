import { expect, test } from 'vitest';

import { MODEL_MOVES } from '../../../runtime/engine/model-state';
import { chaosModule } from '../../support/chaos-module';

const { illegalMoves } = chaosModule<{
	illegalMoves(moves: readonly { to: string; reason: string }[], table: object): string[];
}>('host/state-trace.mjs');

const traceOf = (...states: string[]) => states.map((to) => ({ to, reason: 'because' }));

test('a trace of legal moves has no fault', () => {
	expect(illegalMoves(traceOf('loading', 'ready', 'cold', 'loading', 'failed', 'loading'), MODEL_MOVES)).toEqual([]);
});

test('each illegal move is named, and so is a state that nobody knows', () => {
	const found = illegalMoves(traceOf('ready', 'cold', 'loading', 'draining', 'cold'), MODEL_MOVES);
	expect(found).toEqual(['cold to ready (because)', 'loading to draining (because)', 'draining to cold (because)']);
});
