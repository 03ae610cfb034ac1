import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, test } from 'vitest';

import { root } from './support/paths';

test('the tables of options and errors in docs, and the API’s description, are what the code says', async () => {
	const { generatedDocs } = (await import(pathToFileURL(join(root, 'scripts/docs.mjs')).href)) as {
		generatedDocs: () => Promise<Record<string, string>>;
	};
	const pages = await generatedDocs();
	expect(Object.keys(pages)).toHaveLength(3);
	for (const [path, text] of Object.entries(pages))
		expect(readFileSync(join(root, path), 'utf8'), `${path}: run npm run docs`).toBe(text);
});

test('every npm command in the README is there', () => {
	const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
		scripts: Record<string, string>;
	};
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	const named = [...readme.matchAll(/npm (?:run )?(demo|test|n8n|[\w:]+)(?=[\s`])/g)]
		.map(([, name]) => name!)
		.filter((name) => !['pack', 'install', 'registry'].includes(name));
	expect(named.length).toBeGreaterThan(2);
	expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
