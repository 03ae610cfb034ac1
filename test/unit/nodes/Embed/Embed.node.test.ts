import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { EmbedServerApi } from '../../../../credentials/EmbedServerApi.credentials';
import { Embed } from '../../../../nodes/Embed/Embed.node';

const root = join(__dirname, '../../../..');
const { description } = new Embed();

test('the codex file says what the node says', () => {
	const { categories, subcategories, alias } = JSON.parse(
		readFileSync(join(root, 'nodes/Embed/Embed.node.json'), 'utf8'),
	) as Record<string, unknown>;
	expect({ categories, subcategories, alias }).toEqual(description.codex);
});

test('the editor’s search finds the node: whatever is in AI must also be a root node', () => {
	expect(description.codex?.subcategories?.AI).toContain('Root Nodes');
});

test('every parameter that depends on another names one that is there, with a value it can have', () => {
	const byName = new Map(description.properties.map((property) => [property.name, property]));
	for (const { name, displayOptions } of description.properties) {
		for (const [other, values] of Object.entries(displayOptions?.show ?? {})) {
			const options = byName.get(other)?.options?.map((option) => ('value' in option ? option.value : undefined));
			for (const value of values ?? []) expect(options, `${name} needs ${other}`).toContain(value);
		}
	}
});

test('the node asks for the credential that the package has, only where it is used', () => {
	expect(description.credentials).toEqual([
		{ name: new EmbedServerApi().name, required: true, displayOptions: { show: { engine: ['server'] } } },
	]);
});

test('both icons are there', () => {
	const { light, dark } = description.icon as { light: string; dark: string };
	for (const icon of [light, dark]) {
		expect(readFileSync(join(root, 'nodes/Embed', icon.replace('file:', '')), 'utf8')).toContain('<svg');
	}
});
