import { EmbedError } from '../base/errors';
import type { Priority } from '../base/provider';
import { DAY_MS, tokensOf, type Arrival } from './arrival';

interface Columns {
	readonly timestamp: number;
	/** Of either characters or tokens. */
	readonly length: number;
	readonly isCharacters: boolean;
	/** -1 when there is none. */
	readonly lane: number;
}

interface Row {
	readonly atMs: number;
	readonly isDate: boolean;
	readonly tokens: number;
	readonly lane: Priority | null;
}

/** Texts that come in the same second: more than so many are bulk work where the trace does not say, as in the host. */
const MAX_INTERACTIVE_TEXTS = 8;

/**
 * Reads a trace from CSV: a header, then a line a text. Columns, in any order, others ignored: `timestamp` (a date with
 * time, or seconds since midnight), `characters` or `tokens`, and, if it likes, `lane` (interactive or bulk).
 * @throws EmbedError `invalid_request` that names the line
 */
export function readTrace(csv: string, charactersPerToken: number): Arrival[] {
	const lines = csv.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
	const columns = readHeader(lines[0]!);
	const rows: Row[] = [];
	lines.forEach((line, position) => {
		if (position === 0 || line.trim() === '') return;
		const row = readRow(cellsOf(line), columns, position + 1, charactersPerToken);
		if (rows[0] && rows[0].isDate !== row.isDate)
			throw refusal(position + 1, 'timestamp must be of one kind in all lines: dates, or seconds');
		rows.push(row);
	});
	if (rows.length === 0) throw new EmbedError('invalid_request', 'The trace has no text: only a header line.');
	return toArrivals(rows);
}

function readHeader(line: string): Columns {
	const names = cellsOf(line).map((name) => name.toLowerCase());
	const [timestamp, tokens, characters, lane] = ['timestamp', 'tokens', 'characters', 'lane'].map((name) =>
		names.indexOf(name),
	) as [number, number, number, number];
	if (timestamp < 0) throw refusal(1, 'the header must name a column "timestamp"');
	if (tokens < 0 && characters < 0) throw refusal(1, 'the header must name a column "characters" or "tokens"');
	return { timestamp, length: tokens >= 0 ? tokens : characters, isCharacters: tokens < 0, lane };
}

function readRow(cells: readonly string[], columns: Columns, line: number, charactersPerToken: number): Row {
	const { atMs, isDate } = readTime(cells[columns.timestamp] ?? '', line);
	const lengthText = cells[columns.length] ?? '';
	const length = lengthText === '' ? Number.NaN : Number(lengthText);
	if (!Number.isFinite(length) || length < 1)
		throw refusal(
			line,
			`${columns.isCharacters ? 'characters' : 'tokens'} must be a number from 1, not ${JSON.stringify(lengthText)}`,
		);
	const lane = cells[columns.lane] ?? '';
	if (lane !== '' && lane !== 'interactive' && lane !== 'bulk')
		throw refusal(line, `lane must be interactive or bulk, not ${JSON.stringify(lane)}`);
	const tokens = columns.isCharacters ? tokensOf(length, charactersPerToken) : Math.round(length);
	return { atMs, isDate, tokens, lane: lane === '' ? null : lane };
}

function readTime(text: string, line: number): Pick<Row, 'atMs' | 'isDate'> {
	const seconds = text === '' ? Number.NaN : Number(text);
	if (Number.isFinite(seconds) && seconds >= 0) return { atMs: 1000 * seconds, isDate: false };
	// Without a zone a date would mean another moment on another machine.
	const isZoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
	const atMs = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)
		? Date.parse(isZoned ? text : `${text.replace(' ', 'T')}Z`)
		: Number.NaN;
	if (!Number.isNaN(atMs)) return { atMs, isDate: true };
	throw refusal(
		line,
		`timestamp must be a date with time (2026-01-31T09:00:00Z) or seconds from 0, not ${JSON.stringify(text)}`,
	);
}

function toArrivals(rows: readonly Row[]): Arrival[] {
	const firstMs = rows.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
	const midnightMs = Math.floor(firstMs / DAY_MS) * DAY_MS;
	const inSecond = new Map<number, number>();
	const secondOf = ({ atMs }: Row) => Math.floor(atMs / 1000);
	for (const row of rows) inSecond.set(secondOf(row), (inSecond.get(secondOf(row)) ?? 0) + 1);
	const laneOf = (row: Row) => (inSecond.get(secondOf(row))! > MAX_INTERACTIVE_TEXTS ? 'bulk' : 'interactive');
	return rows
		.map((row) => ({ atMs: row.atMs - midnightMs, tokens: row.tokens, lane: row.lane ?? laneOf(row) }))
		.sort((a, b) => a.atMs - b.atMs);
}

/** Cells may be in quotes, and have commas then. */
function cellsOf(line: string): string[] {
	const cells = [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g)];
	return cells.map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim());
}

function refusal(line: number, rule: string): EmbedError {
	return new EmbedError('invalid_request', `Line ${line} of the trace: ${rule}`);
}
