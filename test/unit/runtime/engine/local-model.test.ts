import { describe, expect, test } from 'vitest';

import { cosine } from '../../../../runtime/base/vectors';
import { EmbedError } from '../../../../runtime/base/errors';
import { gate, refusalOf, settle } from '../../../support/async';
import { idsOf } from '../../../support/fake-tokenizer';
import { vectorOf } from '../../../support/fake-vectors';
import { FAKE_INFERENCE_MS, type Fate } from '../../../support/fake-worker';
import { answerFor, localModel, textsIn } from '../../../support/local-model';

const ran = (fleet: { readonly batches: readonly (readonly (readonly number[])[])[] }) => fleet.batches.flat().length;
const unitLength = (vector: Float32Array) => Math.hypot(...vector);

describe('an answer', () => {
	test('has one vector an input, in their order', async () => {
		const { model } = localModel();
		const texts = ['one', 'a much longer text than the others', 'three', 'four'];
		const result = await model.embed({ inputs: texts });
		expect(textsIn(result, texts)).toEqual([0, 1, 2, 3]);
		expect(result).toMatchObject({ model: 'fake/model', dimensions: 64, cached: [false, false, false, false] });
	});

	test('says its tokens and times', async () => {
		const { model, clock, tokenizer } = localModel();
		tokenizer.onEncode = () => clock.advance(7);
		const { usage, timings } = await model.embed({ inputs: ['ab', 'c'] });
		expect(usage).toEqual({ tokens: 4 + 3, cachedTokens: 0 });
		expect(timings).toEqual({ tokenizeMs: 7, queueMs: 0, inferenceMs: FAKE_INFERENCE_MS, totalMs: 7 });
	});

	test('is of the same vectors whatever the budget of a batch', async () => {
		const texts = Array.from({ length: 40 }, (_, i) => 'x'.repeat(1 + (i % 11)) + i);
		for (const maxBatchTokens of [1, 20, 10_000]) {
			const { model } = localModel({ limits: { maxBatchTokens } });
			expect(textsIn(await model.embed({ inputs: texts }), texts)).toEqual(texts.map((_, i) => i));
		}
	});

	test('to token ids uses them as they are, cut with their last one kept', async () => {
		const { model, fleet, tokenizer } = localModel({ spec: { maxTokens: 3 } });
		await model.embed({
			inputs: [
				[5, 6],
				[5, 6, 7, 8, 9],
			],
		});
		await model.embed({ inputs: [[5, 6, 7, 8, 9]], truncate: 'start' });
		expect(fleet.batches.flat()).toEqual([
			[5, 6],
			[5, 6, 9],
			[7, 8, 9],
		]);
		expect(tokenizer.texts).toEqual([]);
	});
});

describe('the role of a text', () => {
	const prompts = {
		query: 'q: ',
		document: 'd: ',
		instruction: { before: 'Instruct: ', after: '\nQuery:' },
		source: 'a test',
	};

	test.each([
		['a document unless it is said otherwise', {}, 'd: x'],
		['a query', { role: 'query' }, 'q: x'],
		['a query where there is only an instruction', { instruction: 'Task' }, 'Instruct: Task\nQuery:x'],
		['a document though there is an instruction', { instruction: 'Task', role: 'document' }, 'd: x'],
	] as const)('is %s', async (_, request, text) => {
		const { model, tokenizer } = localModel({ spec: { prompts } });
		await model.embed({ inputs: ['x'], ...request });
		expect(tokenizer.texts).toEqual([text]);
	});
});

describe('one text is one computation', () => {
	test('inside a request', async () => {
		const { model, fleet } = localModel();
		const result = await model.embed({ inputs: ['a', 'b', 'a', 'a'] });
		expect(textsIn(result, ['a', 'b'])).toEqual([0, 1, 0, 0]);
		expect(ran(fleet)).toBe(2);
		expect(result.usage.tokens).toBe(12);
	});

	test('across requests that are under way together', async () => {
		const { model, fleet, tokenizer } = localModel();
		const results = await Promise.all([model.embed({ inputs: ['a', 'b'] }), model.embed({ inputs: ['b', 'c'] })]);
		expect(results.map((result) => textsIn(result, ['a', 'b', 'c']))).toEqual([
			[0, 1],
			[1, 2],
		]);
		expect(ran(fleet)).toBe(3);
		expect(tokenizer.texts).toEqual(['a', 'b', 'c']);
	});

	test('for all dimensions', async () => {
		const { model, fleet } = localModel();
		const full = (await model.embed({ inputs: ['a'] })).vectors[0]!;
		const result = await model.embed({ inputs: ['a'], dimensions: 32 });
		expect(result).toMatchObject({ dimensions: 32, cached: [true] });
		expect(ran(fleet)).toBe(1);
		expect(unitLength(result.vectors[0]!)).toBeCloseTo(1, 6);
		expect(cosine(result.vectors[0]!, full.slice(0, 32))).toBeCloseTo(1, 6);
		expect(full).toEqual(answerFor('a'));
	});

	test('that was given up is begun again for the next who asks', async () => {
		const held = gate();
		const { model, fleet } = localModel({
			model: { onRun: (_, run) => (run === 0 ? held.opened.then((): Fate => 'answer') : 'answer') },
		});
		const leaving = new AbortController();
		const left = refusalOf(() => model.embed({ inputs: ['a'] }, { signal: leaving.signal }));
		await settle();
		leaving.abort();
		expect((await left).code).toBe('aborted');
		const again = model.embed({ inputs: ['a'] });
		held.open();
		expect(textsIn(await again, ['a'])).toEqual([0]);
		expect(fleet.alive).toBe(1);
	});
});

describe('the cache', () => {
	test('answers what was computed before, and says so', async () => {
		const { model, fleet } = localModel();
		await model.embed({ inputs: ['a'] });
		const result = await model.embed({ inputs: ['b', 'a'] });
		expect(textsIn(result, ['a', 'b'])).toEqual([1, 0]);
		expect(result).toMatchObject({ cached: [false, true], usage: { tokens: 6, cachedTokens: 3 } });
		expect(ran(fleet)).toBe(2);
	});

	test('wakes no worker', async () => {
		const { model, fleet } = localModel();
		await model.embed({ inputs: ['a'] });
		await model.unload('a test');
		await model.embed({ inputs: ['a'] });
		expect([fleet.workers.length, fleet.alive]).toEqual([1, 0]);
	});

	test('keeps no worker awake', async () => {
		const { model, clock, fleet } = localModel({ limits: { idleTimeoutMs: 1_000 } });
		await model.embed({ inputs: ['a'] });
		clock.advance(900);
		await model.embed({ inputs: ['a'], idleTimeoutMs: 50_000 });
		clock.advance(100);
		expect(fleet.alive).toBe(0);
	});

	test('of no bytes computes every text anew', async () => {
		const { model, fleet } = localModel({ limits: { cacheBytes: 0 } });
		await model.embed({ inputs: ['a'] });
		expect((await model.embed({ inputs: ['a'] })).cached).toEqual([false]);
		expect(ran(fleet)).toBe(2);
	});

	test('keeps nothing of a text that failed', async () => {
		const { model, fleet } = localModel({ model: { onRun: (_, run) => (run === 0 ? 'fail' : 'answer') } });
		await refusalOf(() => model.embed({ inputs: ['a'] }));
		expect(textsIn(await model.embed({ inputs: ['a'] }), ['a'])).toEqual([0]);
		expect(ran(fleet)).toBe(2);
	});

	test('tells apart what is cut at different ends', async () => {
		const { model, fleet } = localModel({ spec: { maxTokens: 4 } });
		await model.embed({ inputs: ['abcd'] });
		await model.embed({ inputs: ['abcd'], truncate: 'start' });
		expect(fleet.batches.flat()).toEqual([
			[1, 97, 98, 2],
			[1, 99, 100, 2],
		]);
	});
});

describe('inputs at fault', () => {
	test('are all named, and the others were worth computing', async () => {
		const bad = (row: readonly number[]) => row.includes('!'.codePointAt(0)!);
		const { model, fleet } = localModel({ model: { onRun: (rows) => (rows.some(bad) ? 'fail' : 'answer') } });
		const error = await refusalOf(() => model.embed({ inputs: ['a', 'b!', 'c', 'd!'] }));
		expect(error).toMatchObject({ code: 'inference_failed', param: 'input[1]' });
		expect(error.items?.map(({ index }) => index)).toEqual([1, 3]);
		const before = ran(fleet);
		expect((await model.embed({ inputs: ['a', 'c'] })).cached).toEqual([true, true]);
		expect(ran(fleet)).toBe(before);
	});

	test('that are too long are named where nothing may be cut', async () => {
		const { model } = localModel({ spec: { maxTokens: 4 } });
		const error = await refusalOf(() => model.embed({ inputs: ['ab', 'abc', 'abcd'], truncate: 'none' }));
		expect(error.items?.map(({ index, code }) => [index, code])).toEqual([
			[1, 'input_too_long'],
			[2, 'input_too_long'],
		]);
	});

	test('of which the tokenizer leaves nothing are named, and spoil no others', async () => {
		const { model, tokenizer } = localModel();
		tokenizer.idsOf = (text) => (text === '\u0001' ? [] : idsOf(text));
		const error = await refusalOf(() => model.embed({ inputs: ['a', '\u0001'] }));
		expect(error.items?.map(({ index }) => index)).toEqual([1]);
		expect(textsIn(await model.embed({ inputs: ['a'] }), ['a'])).toEqual([0]);
	});

	test('share one refusal where they are the same text', async () => {
		const { model } = localModel({ model: { onRun: () => 'fail' } });
		const error = await refusalOf(() => model.embed({ inputs: ['a', 'a'] }));
		expect(error.items?.map(({ index }) => index)).toEqual([0, 1]);
	});
});

describe('a fault that is not the texts’', () => {
	test('of the tokenizer is the request’s, shows in the state, and starts no more workers', async () => {
		const { model, tokenizer, fleet } = localModel();
		tokenizer.onEncode = () => {
			throw new EmbedError('model_load_failed', 'no tokenizer');
		};
		expect(await refusalOf(() => model.embed({ inputs: ['a', 'b'] }))).toMatchObject({
			code: 'model_load_failed',
			items: undefined,
		});
		expect(model.health).toMatchObject({ state: 'failed', reason: 'no tokenizer' });
		await refusalOf(() => model.embed({ inputs: ['a'] }));
		expect([fleet.alive, fleet.workers.length]).toEqual([0, 1]);
		tokenizer.onEncode = () => {};
		expect(textsIn(await model.embed({ inputs: ['a'] }), ['a'])).toEqual([0]);
		expect(model.health.state).toBe('ready');
	});

	test('of the load is the request’s, and the next request tries again', async () => {
		const { model, moves } = localModel({
			model: {
				onLoad: (worker) => {
					if (worker === 0) throw new EmbedError('model_load_failed', 'damaged');
				},
			},
		});
		expect(await refusalOf(() => model.embed({ inputs: ['a'] }))).toMatchObject({
			code: 'model_load_failed',
			message: 'damaged',
		});
		expect(model.health).toMatchObject({ state: 'failed', reason: 'damaged' });
		await model.embed({ inputs: ['a'] });
		expect(moves).toEqual(['loading', 'failed', 'loading', 'ready']);
	});
});

describe('dimensions', () => {
	test('over the width are refused before anything is computed where config.json says the width', async () => {
		const { model, fleet } = localModel();
		expect(await refusalOf(() => model.embed({ inputs: ['a'], dimensions: 65 }))).toMatchObject({
			param: 'dimensions',
		});
		expect(fleet.workers).toHaveLength(0);
	});

	test('over the width are refused when it turns out where config.json does not say it', async () => {
		const { model } = localModel({ spec: { dimensions: null } });
		expect(model.info.dimensions).toBeNull();
		expect(await refusalOf(() => model.embed({ inputs: ['a'], dimensions: 65 }))).toMatchObject({
			param: 'dimensions',
		});
		expect(model.info.dimensions).toBe(64);
	});
});

test('a request that asks for nothing to be wrong gets what an exact model gives', async () => {
	const { model } = localModel({ model: { dimensions: 48 }, spec: { dimensions: 48 } });
	expect((await model.embed({ inputs: ['x'] })).vectors).toEqual([vectorOf(idsOf('x'), 48)]);
});
