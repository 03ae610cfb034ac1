import { expect, test } from 'vitest';

import type { Engine } from '../../../../runtime/engine/engine';
import { settle } from '../../../support/async';
import { engineOf } from '../../../support/engine';
import { IDLE_MS } from '../../../support/local-model';
import { modelFolder } from '../../../support/model-folder';

const LOOKS: [string, (engine: Engine) => Promise<unknown>][] = [
	['health', (engine) => engine.health()],
	['status', (engine) => engine.status()],
	['the list of models', (engine) => engine.models()],
	['a text that the cache knows', (engine) => engine.embed({ inputs: ['known'], idleTimeoutMs: 100 * IDLE_MS })],
];

test.each(LOOKS)('%s does not keep a model awake', async (_, look) => {
	const { engine: subject, clock, fleet } = engineOf({ a: modelFolder() });
	await subject.embed({ inputs: ['known'] });
	for (let second = 1; second < IDLE_MS / 1_000; second++) {
		clock.advance(1_000);
		await look(subject);
	}
	clock.advance(999);
	expect(fleet.alive).toBe(1);
	clock.advance(1);
	expect(fleet.alive).toBe(0);
});

test.each(LOOKS)('%s does not wake a model', async (_, look) => {
	const { engine: subject, clock, fleet, tokenizer } = engineOf({ a: modelFolder() });
	await subject.embed({ inputs: ['known'] });
	clock.advance(IDLE_MS);
	await settle();
	for (let time = 0; time < 3; time++) {
		await look(subject);
		await settle();
	}
	expect([fleet.workers.length, fleet.alive, tokenizer.texts]).toEqual([1, 0, ['known']]);
	expect((await subject.health()).models).toMatchObject([{ state: 'cold', reason: 'idle' }]);
});
