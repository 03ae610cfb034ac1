import { describe, expect, test } from 'vitest';

import { toBase64 } from '../../../../runtime/base/number-format';
import type { EmbedRequest } from '../../../../runtime/base/provider';
import { fromAnswer, fromRefusal, toBody } from '../../../../runtime/client/wire';
import { refusalOf } from '../../../support/async';

describe('toBody', () => {
	test('asks with OpenAI’s fields alone where nothing of ours is wished', () => {
		expect(toBody({ inputs: ['a'] })).toEqual({ input: ['a'], encoding_format: 'base64' });
		expect(toBody({ inputs: [[1, 2]], model: 'm', dimensions: 64 })).toEqual({
			input: [[1, 2]],
			encoding_format: 'base64',
			model: 'm',
			dimensions: 64,
		});
	});

	test('writes our fields under their names on the wire', () => {
		const request: EmbedRequest = {
			inputs: ['a'],
			role: 'query',
			instruction: 'Task',
			truncate: 'none',
			priority: 'bulk',
			idleTimeoutMs: 1_500,
		};
		expect(toBody(request)).toEqual({
			input: ['a'],
			encoding_format: 'base64',
			input_type: 'query',
			instruction: 'Task',
			truncate: 'none',
			priority: 'bulk',
			idle_timeout_s: 1.5,
		});
	});

	test('keeps a wish of zero', () => {
		expect(toBody({ inputs: ['a'], idleTimeoutMs: 0 })).toMatchObject({ idle_timeout_s: 0 });
	});
});

describe('fromAnswer', () => {
	const A = Float32Array.of(0.6, 0.8);
	const B = Float32Array.of(1, 0);

	test('reads the answer of our host', () => {
		const body = {
			data: [
				{ index: 0, embedding: toBase64(A) },
				{ index: 1, embedding: toBase64(B), cached: true },
			],
			model: 'm',
			usage: { prompt_tokens: 7, prompt_tokens_details: { cached_tokens: 3 } },
		};
		const headers = {
			'x-queue-time-ms': '1',
			'x-tokenize-time-ms': '2.5',
			'x-inference-time-ms': '3',
			'x-total-time-ms': '7',
		};
		expect(fromAnswer(body, 2, headers)).toEqual({
			model: 'm',
			dimensions: 2,
			vectors: [A, B],
			cached: [false, true],
			usage: { tokens: 7, cachedTokens: 3 },
			timings: { queueMs: 1, tokenizeMs: 2.5, inferenceMs: 3, totalMs: 7 },
		});
	});

	test('reads plain numbers, out of order, with nothing beside them', () => {
		const body = {
			data: [
				{ index: 1, embedding: [1, 0] },
				{ index: 0, embedding: [0.6, 0.8] },
			],
		};
		expect(fromAnswer(body, 2, {})).toMatchObject({
			vectors: [A, B],
			cached: [false, false],
			usage: { tokens: 0, cachedTokens: 0 },
			timings: { queueMs: 0, totalMs: 0 },
		});
	});

	test('takes the order of the list where no index is given', () => {
		expect(fromAnswer({ data: [{ embedding: [1, 0] }, { embedding: [0.6, 0.8] }] }, 2, {}).vectors).toEqual([B, A]);
	});

	test('reads usage whose details are null', () => {
		const body = { data: [{ embedding: [1] }], usage: { prompt_tokens: 2, prompt_tokens_details: null } };
		expect(fromAnswer(body, 1, {}).usage).toEqual({ tokens: 2, cachedTokens: 0 });
	});

	test.each<[string, unknown, string]>([
		['nothing', null, 'no vectors for 2 texts'],
		['a page', 'hello', 'no vectors for 2 texts'],
		['an object without a list', { object: 'list' }, 'no vectors for 2 texts'],
		['too few', { data: [{ embedding: [1] }] }, '1 vectors for 2 texts'],
		['too many', { data: [1, 2, 3].map(() => ({ embedding: [1] })) }, '3 vectors for 2 texts'],
		['entries without a vector', { data: [{ index: 0 }, { index: 1 }] }, 'without an `embedding`'],
	])('refuses %s', async (_, body, words) => {
		const error = await refusalOf(() => fromAnswer(body, 2, {}));
		expect(error.code).toBe('request_failed');
		expect(error.message).toContain(words);
	});
});

describe('fromRefusal', () => {
	test('keeps what our host says', () => {
		const items = [{ index: 1, code: 'empty_input', message: 'empty' }];
		const error = fromRefusal(
			400,
			{ error: { message: 'why', type: 'x', param: 'input[1]', code: 'empty_input', items } },
			undefined,
		);
		expect(error).toMatchObject({
			code: 'empty_input',
			message: 'why',
			param: 'input[1]',
			items,
			retryAfterS: undefined,
		});
	});

	test.each([
		[400, 'request_failed'],
		[401, 'invalid_api_key'],
		[403, 'invalid_api_key'],
		[404, 'model_not_found'],
		[413, 'payload_too_large'],
		[422, 'request_failed'],
		[429, 'overloaded'],
		[500, 'inference_failed'],
		[502, 'host_unreachable'],
		[503, 'host_unreachable'],
		[504, 'host_unreachable'],
	])('reads another server’s %i as %s', (status, code) => {
		for (const body of [
			{ error: { message: 'its words', code: null } },
			{ error: 'its words' },
			{ error: { message: 'its words', code: status } },
			'its words',
		]) {
			expect(fromRefusal(status, body, undefined)).toMatchObject({
				code,
				message: `The server answered ${status}: its words`,
			});
		}
	});

	test.each<[string, unknown, string]>([
		['a validation report', { detail: [{ loc: ['body', 'input'] }] }, '"loc"'],
		['an object of its own', { object: 'error', message: 'its words' }, 'its words'],
		['nothing', '', 'no reason given'],
		['an empty message', { error: { message: '' } }, 'error'],
	])('finds words in %s', (_, body, words) => {
		expect(fromRefusal(400, body, undefined).message).toContain(words);
	});

	test('does not repeat a page without an end', () => {
		expect(fromRefusal(500, 'x'.repeat(100_000), undefined).message.length).toBeLessThan(1_000);
	});

	test.each<[unknown, number | undefined]>([
		['7', 7],
		['0', undefined],
		['soon', undefined],
		['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
		[undefined, undefined],
	])('reads a Retry-After of %j', (header, seconds) => {
		expect(fromRefusal(429, {}, header).retryAfterS).toBe(seconds);
	});

	test('says an internal fault of our host as it said it', () => {
		expect(fromRefusal(500, { error: { message: 'why', code: 'internal' } }, undefined)).toMatchObject({
			code: 'internal',
			message: 'why',
		});
	});

	test('takes an item of an unknown code for an internal fault, and leaves out what is no item', () => {
		const items = [null, 'x', { index: 0, code: 'odd', message: 'why' }];
		const error = fromRefusal(400, { error: { message: 'why', code: 'empty_input', items } }, undefined);
		expect(error.code).toBe('empty_input');
		expect(error.items).toEqual([{ index: 0, code: 'internal', message: 'why' }]);
	});
});
