import { expect, test } from 'vitest';

import { until } from '../../scripts/lib/n8n-processes.mjs';
import { askHost } from './support/host.mjs';
import { endOf, makeWorkflow, rest, runByHand } from './support/n8n.mjs';
import { code, embed, manualTrigger } from './support/nodes.mjs';

/** Some minutes of work: the test would time out if stopping did not reach the host. */
const TEXTS = 20_000;

async function theModel() {
	const { models } = await askHost('GET', '/status').catch(() => ({ models: [] }));
	return models[0] ?? { queue: { texts: 0 }, cache: { entries: 0 } };
}

test('stopping an execution takes its texts off the host’s queue', async () => {
	const texts = `return Array.from({ length: ${TEXTS} }, (_, i) => ({ json: { text: i + ' ' + 'the parcel has not arrived '.repeat(40) } }));`;
	const id = await makeWorkflow('e2e: cancel', [manualTrigger(), code(texts), embed()]);
	const executionId = await runByHand(id, 'Start');
	expect(await until(async () => (await theModel()).queue.texts > 0, 60_000)).toBe(true);
	await rest('POST', `/rest/executions/${executionId}/stop`);
	expect((await endOf(executionId)).status).toBe('canceled');
	expect(await until(async () => (await theModel()).queue.texts === 0, 60_000)).toBe(true);
	const { entries } = (await theModel()).cache;
	expect(entries).toBeLessThan(TEXTS / 2);
});
