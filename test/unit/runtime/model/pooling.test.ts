import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { familyOf } from '../../../../runtime/model/families';
import { readPooling, type Pooling } from '../../../../runtime/model/pooling';
import { refusalOf } from '../../../support/async';
import { tempFolder, type Files } from '../../../support/temp-folder';

const QWEN = familyOf('qwen3', []);
const withConfig = (config: unknown) => tempFolder({ '1_Pooling/config.json': config });
const moduleList = (...kinds: readonly string[]) =>
	kinds.map((kind, idx) => ({
		idx,
		path: kind === 'Transformer' ? '' : `${idx}_${kind}`,
		type: `sentence_transformers.models.${kind}`,
	}));

describe('the pooling file', () => {
	test.each([
		['mean by its old key', { pooling_mode_mean_tokens: true, pooling_mode_cls_token: false }, 'mean'],
		['cls by its old key', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, 'cls'],
		['last by its old key', { pooling_mode_lasttoken: true, word_embedding_dimension: 64 }, 'last'],
		['mean by the new key', { pooling_mode: 'mean' }, 'mean'],
		['cls by the new key', { pooling_mode: 'cls' }, 'cls'],
		['last by the new key', { pooling_mode: 'lasttoken' }, 'last'],
		['a list of one', { pooling_mode: ['mean'] }, 'mean'],
	])('names %s', (_, config, mode) => {
		const folder = withConfig(config);
		expect(readPooling(folder, null)).toEqual({ mode, source: join(folder, '1_Pooling', 'config.json') });
	});

	test.each([
		[
			'two modes by old keys',
			{ pooling_mode_mean_tokens: true, pooling_mode_cls_token: true },
			'pooling_mode_mean_tokens + pooling_mode_cls_token',
		],
		['two modes by the new key', { pooling_mode: ['mean', 'cls'] }, 'mean + cls'],
		['a prompt left out', { pooling_mode: 'mean', include_prompt: false }, 'leaves the prompt out of pooling'],
		['a mode that is not supported', { pooling_mode: 'weightedmean' }, 'weightedmean'],
		['an old key that is not supported', { pooling_mode_max_tokens: true }, 'pooling_mode_max_tokens'],
		['no mode', { word_embedding_dimension: 64 }, 'names no pooling mode'],
	])('does not say how to pool with %s', (_, config, words) => {
		const folder = withConfig(config);
		const why = unclearIn(readPooling(folder, null));
		expect(why).toContain(join(folder, '1_Pooling', 'config.json'));
		expect(why).toContain(words);
	});

	test('wins over the family', () => {
		expect(readPooling(withConfig({ pooling_mode: 'mean' }), QWEN).mode).toBe('mean');
	});
});

describe('modules.json', () => {
	test('says in which folder the pooling file is', () => {
		const files: Files = {
			'modules.json': moduleList('Transformer', 'Pooling'),
			'1_Pooling/config.json': { pooling_mode: 'cls' },
		};
		expect(readPooling(tempFolder(files), null).mode).toBe('cls');
		const elsewhere = {
			'modules.json': [{ path: 'pool', type: 'x.Pooling' }],
			'pool/config.json': { pooling_mode: 'mean' },
		};
		expect(readPooling(tempFolder(elsewhere), null).mode).toBe('mean');
	});

	test('that names a pooling file which is not there leaves the pooling open, whatever the family', () => {
		const folder = tempFolder({ 'modules.json': moduleList('Transformer', 'Pooling') });
		expect(unclearIn(readPooling(folder, QWEN))).toContain(join(folder, '1_Pooling', 'config.json'));
	});

	test('with a Dense step leaves it to a graph that carries the step out', () => {
		const folder = tempFolder({
			'modules.json': moduleList('Transformer', 'Pooling', 'Dense', 'Normalize'),
			'1_Pooling/config.json': { pooling_mode: 'mean' },
		});
		const why = unclearIn(readPooling(folder, null));
		expect(why).toContain('Dense');
		expect(why).toContain('sentence_embedding');
	});

	test('that is no list is refused', async () => {
		const folder = tempFolder({ 'modules.json': {} });
		expect((await refusalOf(() => readPooling(folder, null))).message).toContain('must hold a JSON array');
	});
});

describe('without either file', () => {
	test('the family’s habit is taken', () => {
		expect(readPooling(tempFolder(), QWEN)).toEqual({ mode: 'last', source: 'the Qwen3-Embedding family' });
	});

	test('nothing is guessed, and the reason says which file to write', () => {
		const folder = tempFolder();
		const why = unclearIn(readPooling(folder, null));
		expect(why).toContain(join(folder, '1_Pooling', 'config.json'));
		expect(why).toContain('{"pooling_mode": "mean"}');
	});
});

function unclearIn(pooling: Pooling): string {
	return pooling.mode === null ? pooling.unclear : `the mode is ${pooling.mode}`;
}
