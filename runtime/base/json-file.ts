import { readFileSync } from 'node:fs';

import { EmbedError, messageOf } from './errors';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A JSON file, or null where there is none.
 * @throws EmbedError `model_load_failed` for a file that cannot be read or is no JSON
 */
export function readJsonFile(path: string): unknown {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw new EmbedError('model_load_failed', `Cannot read ${path}: ${messageOf(error)}`, { cause: error });
	}
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new EmbedError('model_load_failed', `${path} is not valid JSON (${messageOf(error)}); fetch the file again`, {
			cause: error,
		});
	}
}

export function readJsonObject(path: string): JsonObject | null {
	const value = readJsonFile(path);
	if (value === null || isObject(value)) return value;
	throw new EmbedError('model_load_failed', `${path} must hold a JSON object; fetch the file again`);
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
