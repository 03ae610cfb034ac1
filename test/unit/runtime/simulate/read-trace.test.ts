import { expect, test } from 'vitest';

import { HOUR_MS } from '../../../../runtime/simulate/arrival';
import { readTrace } from '../../../../runtime/simulate/read-trace';

test('seconds since midnight and tokens, sorted by time', () => {
	expect(readTrace('timestamp,tokens,lane\n20.5,7,bulk\n3,12,interactive\n', 4)).toEqual([
		{ atMs: 3_000, tokens: 12, lane: 'interactive' },
		{ atMs: 20_500, tokens: 7, lane: 'bulk' },
	]);
});

test('dates count from midnight of the first day; characters become tokens; other columns are ignored', () => {
	const csv =
		'\uFEFFid,Characters,Timestamp\r\n"a, b",800,2026-01-31T09:00:00Z\r\nc,3,2026-02-01T01:00:00+01:00\r\n\r\nd,1,2026-01-31 10:30\r\n';
	expect(readTrace(csv, 4)).toEqual([
		{ atMs: 9 * HOUR_MS, tokens: 200, lane: 'interactive' },
		{ atMs: 10.5 * HOUR_MS, tokens: 1, lane: 'interactive' },
		{ atMs: 24 * HOUR_MS, tokens: 1, lane: 'interactive' },
	]);
});

test('without a lane, more than eight texts in a second are bulk', () => {
	const lines = (count: number, second: number) => Array.from({ length: count }, () => `${second}.1,5`);
	const trace = readTrace(['timestamp,tokens', ...lines(8, 1), ...lines(9, 2)].join('\n'), 4);
	expect(trace.map(({ lane }) => lane)).toEqual([
		...Array<string>(8).fill('interactive'),
		...Array<string>(9).fill('bulk'),
	]);
});

test.for([
	['when,tokens\n1,2', 'Line 1 of the trace: the header must name a column "timestamp"'],
	['timestamp,size\n1,2', 'Line 1 of the trace: the header must name a column "characters" or "tokens"'],
	[
		'timestamp,tokens\n1,2\n\nsoon,3',
		'Line 4 of the trace: timestamp must be a date with time (2026-01-31T09:00:00Z) or seconds from 0, not "soon"',
	],
	['timestamp,tokens\n-1,2', 'Line 2 of the trace: timestamp must be'],
	['timestamp,tokens\n2026-01-31,2', 'Line 2 of the trace: timestamp must be a date with time'],
	['timestamp,tokens\n1,2\n2,0', 'Line 3 of the trace: tokens must be a number from 1, not "0"'],
	['timestamp,characters\n1', 'Line 2 of the trace: characters must be a number from 1, not ""'],
	['timestamp,tokens,lane\n1,2,fast', 'Line 2 of the trace: lane must be interactive or bulk, not "fast"'],
	['timestamp,tokens\n1,2\n2026-01-31T09:00Z,2', 'Line 3 of the trace: timestamp must be of one kind in all lines'],
	['timestamp,tokens\n', 'The trace has no text'],
	['', 'Line 1 of the trace: the header must name'],
])('%j is refused', ([csv, words]) => {
	expect(() => readTrace(csv!, 4)).toThrow(
		expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(words!) }),
	);
});
