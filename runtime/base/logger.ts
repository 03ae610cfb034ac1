import type { Writable } from 'node:stream';

import pino from 'pino';

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log: a constant sentence and the fields that vary. Texts of users are never logged. */
export interface Logger {
	debug(message: string, fields?: LogFields): void;
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON lines on `stream` (default: standard error), one object an event, time in ISO 8601. */
export function createLogger(level: LogLevel, stream: Writable = process.stderr): Logger {
	const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
	return {
		debug: (message, fields = {}) => log.debug(fields, message),
		info: (message, fields = {}) => log.info(fields, message),
		warn: (message, fields = {}) => log.warn(fields, message),
		error: (message, fields = {}) => log.error(fields, message),
	};
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
