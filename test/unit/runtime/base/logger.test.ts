import { PassThrough } from 'node:stream';

import { expect, test } from 'vitest';

import { createLogger, type LogLevel } from '../../../../runtime/base/logger';

function logged(level: LogLevel): string[] {
	const stream = new PassThrough();
	const logger = createLogger(level, stream);
	logger.debug('one');
	logger.info('two', { texts: 3 });
	logger.warn('three');
	logger.error('four');
	return String(stream.read() ?? '')
		.split('\n')
		.filter(Boolean);
}

test.each([
	['debug', 4],
	['info', 3],
	['warn', 2],
	['error', 1],
	['silent', 0],
] as const)('at level %s %i of four events are written', (level, count) => {
	expect(logged(level)).toHaveLength(count);
});

test('an event is one JSON line with its sentence, its fields and the time', () => {
	const entry = JSON.parse(logged('info')[0]!) as Record<string, unknown>;
	expect(entry).toMatchObject({ msg: 'two', texts: 3 });
	expect(Number.isNaN(Date.parse(String(entry.time)))).toBe(false);
});
