import { readFileSync, writeFileSync } from 'node:fs';

import { EmbedError, messageOf } from '../base/errors';
import { compare, type Comparison } from '../simulate/compare';
import { resolveSimulateOptions } from '../simulate/options';
import { reportHtml } from '../simulate/report-html';
import { reportText } from '../simulate/report-text';

/** `simulate`: what a day of traffic costs under the host’s own policies, and under two others. Starts no model. */
export function simulateCommand(flags: Readonly<Record<string, unknown>>): void {
	const options = resolveSimulateOptions(flags);
	const comparison = compare(options, options.trace === null ? null : readText(options.trace));
	if (options.html !== null) writeText(options.html, reportHtml(comparison));
	process.stdout.write(options.json ? `${JSON.stringify(toJson(comparison), null, 2)}\n` : reportText(comparison));
}

/** Everything but the texts themselves. */
function toJson({ trace, assumptions, policies }: Comparison): Omit<Comparison, 'arrivals'> {
	return { trace, assumptions, policies };
}

function readText(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new EmbedError('invalid_request', `--trace cannot be read: ${messageOf(error)}`, { cause: error });
	}
}

function writeText(file: string, text: string): void {
	try {
		writeFileSync(file, text);
	} catch (error) {
		throw new EmbedError('invalid_request', `--html cannot be written: ${messageOf(error)}`, { cause: error });
	}
}
