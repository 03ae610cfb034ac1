import { expect, onTestFinished, test } from 'vitest';

import { serveWithKey } from './support/host.mjs';
import { endOf, makeWorkflow, runByHand } from './support/n8n.mjs';
import { httpRequest, manualTrigger } from './support/nodes.mjs';

const MODEL = 'all-MiniLM-L6-v2';

test('n8n’s own HTTP Request node loads a model before its first text, as docs/operations.md says', async () => {
	const host = await serveWithKey('sesame');
	onTestFinished(() => host.stop());
	const headers = { authorization: 'Bearer sesame' };
	const statusOf = async () => (await (await fetch(`${host.url}/status`, { headers })).json()).models[0];
	expect(await statusOf()).toMatchObject({ state: 'cold', workers: [] });

	const load = httpRequest(`${host.url}/v1/models/${MODEL}/load`, headers, { idle_timeout_s: 900 });
	const { status, error, outputOf } = await endOf(
		await runByHand(await makeWorkflow('e2e: preload', [manualTrigger(), load]), 'Start'),
	);
	expect([status, error?.message]).toEqual(['success', undefined]);
	expect(outputOf('HTTP Request').map(({ json }) => json)).toMatchObject([
		{ id: MODEL, state: 'ready', was_loaded: false },
	]);
	expect(await statusOf()).toMatchObject({ state: 'ready', workers: [{ role: 'quick' }] });
});
