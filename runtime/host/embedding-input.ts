import { EmbedError } from '../base/errors';
import type { Inputs } from '../base/provider';

/** Texts in one request, as OpenAI’s limit. */
export const MAX_INPUTS = 2_048;

/**
 * OpenAI’s four forms of `input`: a text, texts, the token ids of one text, or those of several.
 * @throws EmbedError that names the first item at fault
 */
export function parseInput(input: unknown): Inputs {
	if (typeof input === 'string') return [input];
	if (!Array.isArray(input)) throw refusal('input', 'must be a text, a list of texts, or token ids', input);
	const items: readonly unknown[] = input;
	if (typeof items[0] === 'number') return [idsOf(items, 'input')];
	if (items.length > MAX_INPUTS) {
		throw new EmbedError(
			'too_many_inputs',
			`\`input\` has ${items.length} items; the limit is ${MAX_INPUTS}. Send them in several requests`,
			{ param: 'input' },
		);
	}
	if (Array.isArray(items[0])) return items.map((item, i) => idsOf(item, `input[${i}]`));
	const bad = items.findIndex((item) => typeof item !== 'string');
	if (bad >= 0) throw refusal(`input[${bad}]`, 'must be a text as the items before it', items[bad]);
	return items as readonly string[];
}

function idsOf(value: unknown, name: string): readonly number[] {
	if (!Array.isArray(value)) throw refusal(name, 'must be a list of token ids as the items before it', value);
	const bad = value.findIndex((id) => !Number.isInteger(id));
	if (bad >= 0) throw refusal(`${name}[${bad}]`, 'must be a token id (a whole number)', value[bad]);
	return value as number[];
}

function refusal(name: string, rule: string, got: unknown): EmbedError {
	return new EmbedError('invalid_request', `\`${name}\` ${rule}, not ${describe(got)}`, { param: name });
}

function describe(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'a list';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
