import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { MODEL_MOVES } from '../../../runtime/engine/model-state';

const root = join(__dirname, '../../..');
const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

test('docs/architecture.md has the moves of a model’s state as the code has them', () => {
	const drawn = [...text.matchAll(/^ {4}(\w+) --> (\w+)$/gm)].map(([, from, to]) => [from, to]);
	const moves = Object.entries(MODEL_MOVES).flatMap(([from, all]) => all.map((to) => [from, to]));
	expect(drawn.sort()).toEqual(moves.sort());
	expect(text).toContain('[*] --> cold');
});

test('docs/architecture.md gives a reason for every runtime dependency, and for no other', () => {
	const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
		dependencies: Record<string, string>;
	};
	const section = text.slice(text.indexOf('## Dependencies'));
	const listed = [...section.matchAll(/^\| ([@\w/-]+) \| \S.+\|$/gm)]
		.map(([, name]) => name)
		.filter((name) => name !== 'package');
	expect(listed.sort()).toEqual(Object.keys(dependencies).sort());
});
