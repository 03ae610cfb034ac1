// Real texts: what customers ask a bank. From the folder beside the checkout.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { seededRandom, shuffled } from './random.mjs';

const require = createRequire(import.meta.url);
const SEED = 77;

/** Whether the texts are there; without them there is nothing to measure. */
export function hasBanking77(shared) {
	return existsSync(join(shared, 'data', 'banking77', 'train.csv'));
}

/** All distinct texts, about 13,000, in a shuffled order that is the same in every run. */
export function readBanking77(shared) {
	const { parse } = require('csv-parse/sync');
	const texts = ['train.csv', 'test.csv'].flatMap((name) => {
		const rows = parse(readFileSync(join(shared, 'data', 'banking77', name), 'utf8'), { columns: true });
		return rows.map(({ text }) => text.trim());
	});
	return shuffled([...new Set(texts)], seededRandom(SEED));
}

export function inLists(texts, size) {
	return Array.from({ length: Math.ceil(texts.length / size) }, (_, i) => texts.slice(i * size, (i + 1) * size));
}
