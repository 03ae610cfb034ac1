import { describe, expect, test } from 'vitest';

import {
	EmbedError,
	ERRORS,
	fromErrorMessage,
	messageOf,
	toEmbedError,
	toErrorMessage,
	type ErrorCode,
} from '../../../../runtime/base/errors';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('the table', () => {
	test.each(codes)('%s has a status of an error and a meaning', (code) => {
		const { status, meaning } = ERRORS[code];
		expect(status).toBeGreaterThanOrEqual(400);
		expect(status).toBeLessThan(600);
		expect(meaning).toMatch(/\.$/);
	});

	test('only faults that pass are worth a second try', () => {
		const retryable = codes.filter((code) => ERRORS[code].retryable);
		expect(retryable.map((code) => ERRORS[code].status).every((status) => [409, 429, 503].includes(status))).toBe(true);
		expect(retryable.length).toBeGreaterThan(0);
	});
});

describe('across a border', () => {
	test.each(codes)('%s keeps its code, words, field and items', (code) => {
		const error = new EmbedError(code, 'why', { param: 'input[1]', items: [{ index: 1, code, message: 'why' }] });
		const rebuilt = fromErrorMessage(structuredClone(toErrorMessage(error)));
		expect(rebuilt).toBeInstanceOf(EmbedError);
		expect(rebuilt).toMatchObject({ code, message: 'why', param: 'input[1]', items: error.items, row: ERRORS[code] });
	});

	test('what is not set is not sent', () => {
		expect(toErrorMessage(new EmbedError('internal', 'why'))).toEqual({ code: 'internal', message: 'why' });
	});

	test.each(['no_such_code', 'constructor', 'toString'])('the unknown code %s becomes an internal fault', (code) => {
		const rebuilt = fromErrorMessage({ code: code as ErrorCode, message: 'why' });
		expect(rebuilt).toMatchObject({ code: 'internal', message: 'why' });
	});
});

describe('toEmbedError', () => {
	test('leaves an EmbedError alone', () => {
		const error = new EmbedError('aborted', 'gone');
		expect(toEmbedError(error)).toBe(error);
	});

	test.each([
		['an Error', new TypeError('x is undefined'), 'x is undefined'],
		['a text', 'just words', 'just words'],
		['nothing', undefined, 'undefined'],
	])('makes %s an internal fault that asks for a report and keeps the cause', (_, thrown, words) => {
		const error = toEmbedError(thrown);
		expect(error.code).toBe('internal');
		expect(error.message).toBe(`Unexpected fault (please report it): ${words}`);
		expect(error.cause).toBe(thrown);
	});
});

test('messageOf gives the words of any thrown value', () => {
	expect(messageOf(new Error('words'))).toBe('words');
	expect(messageOf(42)).toBe('42');
});
