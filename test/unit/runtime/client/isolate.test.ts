import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { EmbedError, type ErrorCode, type ItemError } from '../../../../runtime/base/errors';
import type { EmbedResult } from '../../../../runtime/base/provider';
import { embedIsolating, type IsolatedRun } from '../../../../runtime/client/isolate';
import { refusalOf } from '../../../support/async';

/** An answer in which the vector of a position is that position. */
function answerTo(positions: readonly number[]): EmbedResult {
	return {
		model: 'm',
		dimensions: 1,
		vectors: positions.map((position) => Float32Array.of(position)),
		cached: positions.map((position) => position % 2 === 1),
		usage: { tokens: positions.length, cachedTokens: 0 },
		timings: { queueMs: 0, tokenizeMs: 0, inferenceMs: 0, totalMs: 0 },
	};
}

type Refuse = (positions: readonly number[]) => EmbedError | null;

/** A run against a server that refuses some lists, and the lists that it was asked for. */
async function runAgainst(count: number, refuse: Refuse) {
	const asked: (readonly number[])[] = [];
	const run = await embedIsolating(count, async (positions) => {
		asked.push(positions);
		// What is asked for ever must end in a test as well.
		if (asked.length > 1_000) throw new EmbedError('internal', 'asked a thousand times');
		const error = refuse(positions);
		if (error) throw error;
		return answerTo(positions);
	});
	return { run, asked };
}

/** Of each input: its position as its vector has it, or the code of its refusal. */
const found = ({ outcomes }: IsolatedRun) =>
	Array.from(outcomes, (outcome) => (outcome.ok ? outcome.vector[0] : outcome.error.code));

const naming =
	(bad: readonly number[]): Refuse =>
	(positions) => {
		const items = positions.flatMap((position, index): ItemError[] =>
			bad.includes(position) ? [{ index, code: 'empty_input', message: `text ${position}` }] : [],
		);
		return items.length > 0
			? new EmbedError('empty_input', 'why', { param: `input[${items[0]!.index}]`, items })
			: null;
	};
const silent =
	(bad: readonly number[], code: ErrorCode = 'request_failed'): Refuse =>
	(positions) =>
		positions.some((position) => bad.includes(position)) ? new EmbedError(code, 'why') : null;

test('what is accepted is asked for once', async () => {
	const { run, asked } = await runAgainst(3, () => null);
	expect(asked).toEqual([[0, 1, 2]]);
	expect(run).toMatchObject({ fault: null, answers: [{ usage: { tokens: 3 } }] });
	expect(run.outcomes.map((outcome) => outcome.ok && outcome.cached)).toEqual([false, true, false]);
});

test('nothing is not asked for', async () => {
	expect(await runAgainst(0, () => null)).toMatchObject({ asked: [], run: { outcomes: [], answers: [] } });
});

describe('a server that names the texts at fault', () => {
	test('is asked again for the others only', async () => {
		const { run, asked } = await runAgainst(5, naming([1, 3]));
		expect(found(run)).toEqual([0, 'empty_input', 2, 'empty_input', 4]);
		expect(asked).toEqual([
			[0, 1, 2, 3, 4],
			[0, 2, 4],
		]);
		expect(run.outcomes[3]).toMatchObject({ error: { message: 'text 3' } });
		expect(run.fault).toBeNull();
	});

	test('is not asked again when it names them all', async () => {
		const { run, asked } = await runAgainst(2, naming([0, 1]));
		expect([found(run), asked.length]).toEqual([['empty_input', 'empty_input'], 1]);
	});

	test('but none that it was sent is not asked for ever', async () => {
		const nowhere = { index: 99, code: 'empty_input', message: 'why' } as const;
		const { run, asked } = await runAgainst(3, () => new EmbedError('empty_input', 'why', { items: [nowhere] }));
		expect(asked.length).toBeLessThan(20);
		expect(found(run)).toEqual(['empty_input', 'empty_input', 'empty_input']);
	});
});

describe('a server that names none', () => {
	test.each<ErrorCode>(['request_failed', 'invalid_request', 'payload_too_large', 'non_finite_vector'])(
		'with %s is asked for halves',
		async (code) => {
			const { run, asked } = await runAgainst(16, silent([5], code));
			expect(found(run)).toEqual(Array.from({ length: 16 }, (_, i) => (i === 5 ? code : i)));
			expect(asked.length).toBeLessThanOrEqual(9);
			expect(run.fault).toBeNull();
		},
	);

	test('and accepts no text alone is soon asked no more', async () => {
		const { run, asked } = await runAgainst(256, () => new EmbedError('request_failed', 'why'));
		expect(asked.length).toBeLessThan(30);
		expect(run).toMatchObject({ fault: { code: 'request_failed' } });
		expect(found(run)).toEqual(Array.from({ length: 256 }, () => 'request_failed'));
	});
});

describe('a fault that every text would meet', () => {
	test.each<[string, EmbedError]>([
		['of the server', new EmbedError('host_unreachable', 'why')],
		['of the key', new EmbedError('invalid_api_key', 'why')],
		['of the model’s name', new EmbedError('model_not_found', 'why', { param: 'model' })],
		['of the dimensions', new EmbedError('invalid_request', 'why', { param: 'dimensions' })],
		['of the field input_type', new EmbedError('invalid_request', 'why', { param: 'input_type' })],
	])('%s is met once', async (_, error) => {
		const { run, asked } = await runAgainst(4, () => error);
		expect(asked).toHaveLength(1);
		expect(run.fault).toBe(error);
		expect(run.outcomes.map((outcome) => !outcome.ok && outcome.error)).toEqual([error, error, error, error]);
	});
});

test('a caller who leaves ends it all', async () => {
	expect(await refusalOf(() => runAgainst(4, () => new EmbedError('aborted', 'left')))).toMatchObject({
		code: 'aborted',
	});
});

test('whichever texts are bad, and whether they are named, exactly those fail', async () => {
	const inputs = fc
		.array(fc.boolean(), { minLength: 1, maxLength: 40 })
		.filter((isBad) => isBad.filter(Boolean).length < 8);
	await fc.assert(
		fc.asyncProperty(inputs, fc.boolean(), async (isBad, isNamed) => {
			const bad = isBad.flatMap((value, i) => (value ? [i] : []));
			const { run } = await runAgainst(isBad.length, isNamed ? naming(bad) : silent(bad));
			const code = isNamed ? 'empty_input' : 'request_failed';
			expect(found(run)).toEqual(isBad.map((value, i) => (value ? code : i)));
		}),
	);
});
