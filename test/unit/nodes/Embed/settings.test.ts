import { expect, test } from 'vitest';

import { embedProperties } from '../../../../nodes/Embed/properties';
import { readSettings } from '../../../../nodes/Embed/settings';
import { nodeContext } from '../../../support/node-context';

const withOptions = (options: Readonly<Record<string, unknown>>) => readSettings(nodeContext({ options }));

test('without options, the host decides what it can', () => {
	expect(withOptions({})).toEqual({
		engine: 'builtIn',
		texts: { role: 'document' },
		numberFormat: 'array',
		outputField: 'embedding',
		addDetails: false,
	});
});

test('options reach the request in its own units', () => {
	expect(withOptions({ dimensions: 64, truncate: 'none', idleSeconds: 1.5, priority: 'bulk' }).texts).toEqual({
		role: 'document',
		dimensions: 64,
		truncate: 'none',
		idleTimeoutMs: 1_500,
		priority: 'bulk',
	});
});

test('each choice of Priority is one that the host knows, or leaves it open', () => {
	const { options = [] } = embedProperties.find(({ name }) => name === 'options')!;
	const property = options.find(({ name }) => name === 'priority') as { options: readonly { value: string }[] };
	const sent = property.options.map(({ value }) => withOptions({ priority: value }).texts.priority);
	expect(sent).toEqual([undefined, 'bulk', 'interactive']);
});
