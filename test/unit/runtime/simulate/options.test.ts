import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { flagOf } from '../../../../runtime/base/options';
import { readHours, readWindows, resolveSimulateOptions, SIMULATE_OPTIONS } from '../../../../runtime/simulate/options';

test('without flags everything has its default, and two always on cost the article’s 12,800 a month', () => {
	const options = resolveSimulateOptions({});
	expect(options).toMatchObject({ documents: 50_000, alwaysOn: 2, maxWorkers: 8, idleTimeoutS: 120, json: false });
	expect(2 * options.pricePerHour * 730).toBeCloseTo(12_800, 0);
});

test('flags are read as their rows say', () => {
	expect(resolveSimulateOptions({ documents: '12', requestHours: ['9-18'], json: true })).toMatchObject({
		documents: 12,
		requestHours: ['9-18'],
		json: true,
	});
});

test.for([
	[{ documents: 'many' }, '--documents must be a whole number from 0 to 5000000, not "many"'],
	[{ loadS: '-1' }, '--load-s must be a number from 0'],
	[{ targetGpuUtilization: '65' }, '--target-gpu-utilization must be a number'],
	[{ minWorkers: '9' }, '--min-workers must be at most --max-workers, 8'],
] as const)('%j is refused', ([flags, words]) => {
	expect(() => resolveSimulateOptions(flags)).toThrow(words);
});

test('hours and windows of hours', () => {
	expect(readHours(['9,12', '18.5'], '--burst-hours')).toEqual([9, 12, 18.5]);
	expect(readWindows(['9-12,13-18'], '--request-hours')).toEqual([
		{ fromHour: 9, toHour: 12 },
		{ fromHour: 13, toHour: 18 },
	]);
	expect(() => readHours(['noon'], '--burst-hours')).toThrow('--burst-hours must be hours from 0 to 24, not "noon"');
	expect(() => readHours(['25'], '--burst-hours')).toThrow('--burst-hours');
	for (const text of ['9', '18-9', '9-9', '9-12-18', '-'])
		expect(() => readWindows([text], '--request-hours')).toThrow('--request-hours');
});

test('docs/simulate.md has a line for every option, with its default', () => {
	const page = readFileSync(join(__dirname, '../../../../docs/simulate.md'), 'utf8');
	const listed = [...page.matchAll(/^\| `(--[\w-]+)` \| (.*?) \|/gm)].map(([, flag, standard]) => [flag, standard]);
	const rows = Object.entries(SIMULATE_OPTIONS).map(([name, row]) => [
		flagOf(name),
		row.default === null || row.default === false ? '' : `\`${String(row.default)}\``,
	]);
	expect(listed).toEqual(rows);
});
