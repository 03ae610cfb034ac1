import { expect, test } from 'vitest';

import { endOf, makeWorkflow, runByHand } from './support/n8n.mjs';
import { code, embed, manualTrigger } from './support/nodes.mjs';

const ITEMS = code(`return ['first', '', 'third'].map((text) => ({ json: { text } }));`);

async function run(name, ...nodes) {
	return endOf(await runByHand(await makeWorkflow(name, [manualTrigger(), ...nodes]), 'Start'));
}

test('with Continue, an empty text fails its item and no other', async () => {
	const { status, outputOf } = await run('e2e: continue', ITEMS, embed({}, { onError: 'continueRegularOutput' }));
	expect(status).toBe('success');
	const [first, second, third] = outputOf('Embed');
	expect(first.json.embedding).toHaveLength(384);
	expect(third.json.embedding).toHaveLength(384);
	expect(second.json.error).toBe('The text of item 1 is empty');
	expect(second.json.embedding).toBeUndefined();
	expect(second.pairedItem).toEqual({ item: 1 });
});

test('with an error output, the failed item leaves there', async () => {
	const { status, outputOf } = await run('e2e: error output', ITEMS, embed({}, { onError: 'continueErrorOutput' }));
	expect(status).toBe('success');
	expect(outputOf('Embed').map(({ json }) => json.text)).toEqual(['first', 'third']);
});

test('without it, the run fails with an error that names the item', async () => {
	const { status, error } = await run('e2e: stop', ITEMS, embed());
	expect(status).toBe('error');
	expect(error.message).toContain('item 1');
	expect(error.context.itemIndex).toBe(1);
});

test('a model that is not there fails the run with its name', async () => {
	const model = { __rl: true, mode: 'id', value: 'nobody/has-this' };
	const { status, error } = await run('e2e: no model', code(`return [{ json: { text: 'x' } }]`), embed({ model }));
	expect(status).toBe('error');
	expect(error.message).toContain('nobody/has-this');
});
