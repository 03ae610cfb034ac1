import { describe, expect, test } from 'vitest';

import {
	flagOf,
	OPTIONS,
	resolveOptions,
	variableOf,
	type OptionName,
	type OptionRow,
} from '../../../../runtime/base/options';
import { refusalOf } from '../../../support/async';

const names = Object.keys(OPTIONS) as OptionName[];
const rowOf = (name: OptionName): OptionRow => OPTIONS[name];

describe('the table', () => {
	test.each(names)('%s has a help sentence', (name) => {
		expect(rowOf(name).help).toMatch(/^[A-Z].+\.$/s);
	});

	test.each(names.filter((name) => rowOf(name).kind !== 'switch'))('%s says what stands for its value', (name) => {
		expect(rowOf(name).value).toBeTruthy();
	});

	test.each(names.filter((name) => typeof rowOf(name).default === 'number'))(
		'the default of %s is within its bounds',
		(name) => {
			const flags = { [name]: String(rowOf(name).default) };
			expect(resolveOptions(flags, {})[name]).toBe(rowOf(name).default);
		},
	);

	test.each(names.filter((name) => rowOf(name).kind === 'choice'))(
		'the default of %s is one of its choices',
		(name) => {
			expect(rowOf(name).choices).toContain(rowOf(name).default);
		},
	);

	test('flags and variables are made from the name', () => {
		expect(flagOf('idleTimeoutS')).toBe('--idle-timeout-s');
		expect(variableOf('idleTimeoutS')).toBe('EMBED_IDLE_TIMEOUT_S');
		expect(new Set(names.map(flagOf)).size).toBe(names.length);
	});
});

describe('resolveOptions', () => {
	test('takes the defaults when nothing is set', () => {
		const options = resolveOptions({}, {});
		expect(names.map((name) => options[name])).toEqual(names.map((name) => rowOf(name).default));
	});

	test('prefers a flag to the environment and the environment to the default', () => {
		expect(resolveOptions({}, { EMBED_PORT: '1' }).port).toBe(1);
		expect(resolveOptions({ port: '2' }, { EMBED_PORT: '1' }).port).toBe(2);
	});

	test('reads an empty variable as not set', () => {
		expect(resolveOptions({}, { EMBED_PORT: '' }).port).toBe(OPTIONS.port.default);
	});

	test('reads a list from repeated flags or from a variable with commas', () => {
		expect(resolveOptions({ modelPath: ['a', 'b,c'] }, {}).modelPath).toEqual(['a', 'b,c']);
		expect(resolveOptions({}, { EMBED_MODEL_PATH: 'a,b,' }).modelPath).toEqual(['a', 'b']);
	});

	test.each([
		[true, true],
		[false, false],
		['true', true],
		['1', true],
		['false', false],
		['0', false],
	])('reads the switch %j as %j', (raw, expected) => {
		expect(resolveOptions({ serveCachedModels: raw }, {}).serveCachedModels).toBe(expected);
	});

	test('reads fractions where the option is no whole number', () => {
		expect(resolveOptions({ idleTimeoutS: '0.5' }, {}).idleTimeoutS).toBe(0.5);
	});

	test.each([
		['a flag over its bound', { port: '65536' }, {}, '--port must be a whole number from 0 to 65535, not "65536"'],
		[
			'a variable over its bound',
			{},
			{ EMBED_PORT: '70000' },
			'EMBED_PORT must be a whole number from 0 to 65535, not "70000"',
		],
		['a number under its bound', { idleTimeoutS: '-1' }, {}, '--idle-timeout-s must be a number from 0, not "-1"'],
		['a fraction for a whole number', { port: '1.5' }, {}, '--port must be a whole number from 0 to 65535, not "1.5"'],
		['white space for a number', { port: ' ' }, {}, '--port must be a whole number from 0 to 65535, not " "'],
		['words for a number', { threads: 'all' }, {}, '--threads must be a whole number from 0 to 256, not "all"'],
		['infinity', { cacheBytes: 'Infinity' }, {}, '--cache-bytes must be a whole number from 0, not "Infinity"'],
		[
			'an unknown choice',
			{ logLevel: 'loud' },
			{},
			'--log-level must be one of debug, info, warn, error, silent, not "loud"',
		],
		[
			'a switch that is neither',
			{},
			{ EMBED_SERVE_CACHED_MODELS: 'yes' },
			'EMBED_SERVE_CACHED_MODELS must be true or false, not "yes"',
		],
		[
			'a switch with the name of a built-in',
			{},
			{ EMBED_SERVE_CACHED_MODELS: 'constructor' },
			'EMBED_SERVE_CACHED_MODELS must be true or false, not "constructor"',
		],
	])('refuses %s', async (_, flags, environment, message) => {
		const error = await refusalOf(() => resolveOptions(flags, environment));
		expect(error).toMatchObject({ code: 'invalid_request', message, param: message.split(' ')[0] });
	});
});
