import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { runCli } from './support/command';
import { makeFolder } from './support/folders';

test('prints a table and writes a page that needs nothing else', async () => {
	const html = join(makeFolder(), 'day.html');
	const { code, stdout } = await runCli(['simulate', '--requests-per-hour', '20', '--html', html]);
	expect(code).toBe(0);
	expect(stdout).toMatch(/^ +always on, 2 +kept for 5 min +ours, 0 to 8$/m);
	expect(stdout).toMatch(/^GPU hours +48\.00 /m);
	expect(stdout).toMatch(/^cost a month +12,800 /m);
	expect(stdout).toContain('Assumed:');
	const page = readFileSync(html, 'utf8');
	expect(page).toMatch(/^<!doctype html>/);
	expect(page.match(/<svg /g)).toHaveLength(1);
	expect(page).not.toMatch(/https?:\/\//);
});

test('as JSON, the same each time', async () => {
	const args = ['simulate', '--documents', '300', '--json', '--max-workers', '2'];
	const [first, second] = [await runCli(args), await runCli(args)];
	expect(first.stdout).toBe(second.stdout);
	const { policies, assumptions } = JSON.parse(first.stdout) as {
		policies: { policy: string; gpuHours: number; lanes: { bulk: { texts: number } } }[];
		assumptions: string[];
	};
	expect(policies.map(({ policy }) => policy)).toEqual(['always on, 2', 'kept for 5 min', 'ours, 0 to 2']);
	expect(policies.map(({ lanes }) => lanes.bulk.texts)).toEqual([300, 300, 300]);
	expect(policies[0]!.gpuHours).toBe(48);
	expect(assumptions.length).toBeGreaterThan(4);
});

test('takes a trace from a file', async () => {
	const trace = join(makeFolder(), 'trace.csv');
	writeFileSync(trace, 'timestamp,tokens,lane\n3600,250,interactive\n3600,1000,bulk\n');
	const { code, stdout } = await runCli(['simulate', '--trace', trace]);
	expect(code).toBe(0);
	expect(stdout).toContain(`1 bulk texts and 1 single requests (${trace}), 24 hours`);
});

test.for([
	{ csv: 'timestamp,tokens\n1,2\nsoon,3\n', words: 'Line 3 of the trace: timestamp must be' },
	{ csv: 'timestamp,tokens\n1,none\n', words: 'Line 2 of the trace: tokens must be a number from 1, not "none"' },
	{ csv: 'a,b\n', words: 'Line 1 of the trace: the header must name a column "timestamp"' },
	{ csv: null, words: '--trace cannot be read' },
])('says what is wrong: $words', async ({ csv, words }) => {
	const trace = join(makeFolder(), 'trace.csv');
	if (csv !== null) writeFileSync(trace, csv);
	const { code, stdout, stderr } = await runCli(['simulate', '--trace', trace]);
	expect(code).toBe(1);
	expect(stdout).toBe('');
	expect(stderr).toContain(words);
	expect(stderr).not.toMatch(/^ {4}at /m);
});

test('refuses a flag with a bad value', async () => {
	const { code, stderr } = await runCli(['simulate', '--request-hours', '18-9']);
	expect(code).toBe(1);
	expect(stderr).toContain('--request-hours must be hours such as 9-18, not "18-9"');
});
