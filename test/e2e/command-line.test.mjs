import { expect, test } from 'vitest';

import { hostPid } from '../../scripts/lib/n8n-processes.mjs';
import { askHost, vectorsOf } from './support/host.mjs';
import { makeWorkflow, n8nCommand, state } from './support/n8n.mjs';
import { code, embed, manualTrigger } from './support/nodes.mjs';

test('`n8n execute` embeds, with the host that the server uses too', async () => {
	const [expected] = await vectorsOfStarted('A text from the command line');
	const pid = hostPid(state.socket);
	const id = await makeWorkflow('e2e: command line', [
		manualTrigger(),
		code(`return [{ json: { text: 'A text from the command line' } }]`),
		embed(),
	]);
	const { code: exitCode, stdout, stderr } = await n8nCommand(['execute', '--id', id, '--rawOutput']);
	expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
	const { data } = JSON.parse(stdout.slice(stdout.indexOf('\n{') + 1));
	const [item] = data.resultData.runData.Embed[0].data.main[0];
	expect(item.json.embedding).toEqual(expected);
	expect((await askHost('GET', '/status')).pid).toBe(pid);
});

test('`n8n execute` of a failing Embed ends with an exit code and names the item', async () => {
	const id = await makeWorkflow('e2e: command line, empty text', [
		manualTrigger(),
		code(`return [{ json: { text: 'fine' } }, { json: { text: ' ' } }]`),
		embed(),
	]);
	const { code: exitCode, stdout, stderr } = await n8nCommand(['execute', '--id', id]);
	expect(exitCode).toBe(1);
	expect(stdout + stderr).toContain('The text of item 1 is empty');
});

/** The host may not run yet: whoever embeds first starts it. */
async function vectorsOfStarted(text) {
	const { runByHand, endOf } = await import('./support/n8n.mjs');
	const id = await makeWorkflow('e2e: wake', [manualTrigger(), code(`return [{ json: { text: 'wake' } }]`), embed()]);
	await endOf(await runByHand(id, 'Start'));
	return vectorsOf([text]);
}
