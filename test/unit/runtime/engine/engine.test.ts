import { describe, expect, test } from 'vitest';

import { refusalOf } from '../../../support/async';
import { engineOf } from '../../../support/engine';
import { textsIn } from '../../../support/local-model';
import { MODEL_FILES, modelFolder } from '../../../support/model-folder';
import { writeFiles } from '../../../support/temp-folder';

const damaged = () => modelFolder({ 'config.json': undefined });

describe('a request', () => {
	test('goes to the model that it names, else to the first', async () => {
		const { engine } = engineOf({ a: modelFolder(), b: modelFolder() });
		expect((await engine.embed({ inputs: ['x'] })).model).toBe('a');
		expect((await engine.embed({ inputs: ['x'], model: 'b' })).model).toBe('b');
	});

	test('for a model that is not served is told which are', async () => {
		const { engine } = engineOf({ a: modelFolder(), 'org/b': modelFolder() });
		const error = await refusalOf(() => engine.embed({ inputs: ['x'], model: 'c' }));
		expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
		expect(error.message).toContain('"c"');
		expect(error.message).toContain('a, org/b');
	});

	test('for a model whose folder cannot be read is told why, and served once the folder is mended', async () => {
		const folder = damaged();
		const { engine } = engineOf({ a: modelFolder(), b: folder });
		const error = await refusalOf(() => engine.embed({ inputs: ['x'], model: 'b' }));
		expect(error.code).toBe('model_load_failed');
		expect(error.message).toContain('config.json is missing');
		writeFiles(folder, { 'config.json': MODEL_FILES['config.json'] });
		expect(textsIn(await engine.embed({ inputs: ['x'], model: 'b' }), ['x'])).toEqual([0]);
	});
});

describe('health', () => {
	test('wakes no model and tells the state of each', async () => {
		const { engine, fleet } = engineOf({ a: modelFolder(), b: damaged() });
		const health = await engine.health();
		expect(health).toMatchObject({
			status: 'ok',
			models: [
				{ id: 'a', state: 'cold' },
				{ id: 'b', state: 'failed', lastForwardAgeS: null },
			],
		});
		expect(health.models[1]!.reason).toContain('config.json is missing');
		expect(fleet.workers).toHaveLength(0);
		expect(engine.fault).toBeNull();
	});

	test('has failed when no model can be served', async () => {
		const { engine } = engineOf({ a: damaged() });
		expect((await engine.health()).status).toBe('failed');
		expect(engine.fault).toMatchObject({ code: 'model_load_failed' });
	});
});

test('all models are listed, also those that cannot be read', async () => {
	const { engine } = engineOf({ a: modelFolder(), b: damaged() });
	expect(await engine.models()).toEqual([
		{ id: 'a', dimensions: 64, maxTokens: 256, takesInstruction: false, ownedBy: 'n8n-nodes-embed' },
		{ id: 'b', dimensions: null, maxTokens: null, takesInstruction: false, ownedBy: 'n8n-nodes-embed' },
	]);
});

test('the status tells the version, the process, its age and each model', async () => {
	const { engine, clock } = engineOf({ a: modelFolder(), b: modelFolder() });
	await engine.embed({ inputs: ['x'], model: 'b' });
	clock.advance(90_000);
	expect(await engine.status()).toMatchObject({
		version: '1.2.3',
		pid: process.pid,
		uptimeS: 90,
		models: [
			{ id: 'a', state: 'cold', workers: [] },
			{ id: 'b', state: 'ready', unloadInS: 30 },
		],
	});
});

test('closing ends every worker', async () => {
	const { engine, fleet } = engineOf({ a: modelFolder(), b: modelFolder() });
	await engine.embed({ inputs: ['x'], model: 'a' });
	await engine.embed({ inputs: ['x'], model: 'b' });
	expect([engine.isLoaded, fleet.alive]).toEqual([true, 2]);
	await engine.close();
	expect([engine.isLoaded, fleet.alive]).toEqual([false, 0]);
});
