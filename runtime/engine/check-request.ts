import { EmbedError, type ItemError } from '../base/errors';
import { MIN_DIMENSIONS, type EmbedRequest, type Truncate } from '../base/provider';
import type { ModelSpec } from '../model/folder';
import { instructionRefused } from '../model/prompts';

/** @throws EmbedError that names the field, the rule and what it got */
export function checkRequest(request: EmbedRequest, spec: ModelSpec, width: number | null): void {
	if (request.dimensions !== undefined) checkDimensions(request.dimensions, width);
	if (request.instruction !== undefined && spec.prompts.instruction === null) throw instructionRefused();
	if (request.inputs.length === 0) {
		throw new EmbedError('empty_input', '`input` is an empty list; give at least one text', { param: 'input' });
	}
	throwItems(inputErrors(request, spec), request.inputs.length);
}

/** @param width numbers in the model’s full vector, null while it is not known */
export function checkDimensions(dimensions: number, width: number | null): void {
	const fits = Number.isInteger(dimensions) && dimensions >= MIN_DIMENSIONS && (width === null || dimensions <= width);
	if (fits) return;
	throw new EmbedError(
		'invalid_request',
		`\`dimensions\` must be a whole number from ${MIN_DIMENSIONS} to ${width ?? 'the model’s width'}, not ${dimensions}`,
		{ param: 'dimensions' },
	);
}

/** One error for all inputs at fault; returns if there are none. */
export function throwItems(items: readonly ItemError[], inputs: number): void {
	const first = items[0];
	if (!first) return;
	const where = inputs === 1 ? '`input`' : `\`input[${first.index}]\``;
	const others = items.length > 1 ? ` (and ${items.length - 1} more of the ${inputs} inputs are at fault)` : '';
	throw new EmbedError(first.code, `${where}: ${first.message}${others}`, {
		param: inputs === 1 ? 'input' : `input[${first.index}]`,
		items,
	});
}

function inputErrors({ inputs, truncate }: EmbedRequest, spec: ModelSpec): ItemError[] {
	return inputs.flatMap((input: string | readonly number[], index) => {
		const error = typeof input === 'string' ? textError(input) : idsError(input, spec, truncate);
		return error ? [{ index, ...error }] : [];
	});
}

function textError(text: string): Omit<ItemError, 'index'> | null {
	if (text.trim() !== '') return null;
	return { code: 'empty_input', message: 'the text is empty or only white space; leave it out' };
}

function idsError(
	ids: readonly number[],
	{ vocabularySize, maxTokens }: ModelSpec,
	truncate?: Truncate,
): Omit<ItemError, 'index'> | null {
	if (truncate === 'none' && ids.length > maxTokens)
		return { code: 'input_too_long', message: tooLongMessage(maxTokens) };
	if (ids.length === 0) return { code: 'empty_input', message: 'the list of token ids is empty; leave it out' };
	const bad = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
	if (bad === undefined) return null;
	return {
		code: 'invalid_request',
		message: `token id ${bad} is not from 0 to ${vocabularySize - 1}, the model’s vocabulary`,
	};
}

export function tooLongMessage(maxTokens: number): string {
	return `the text is longer than the model’s ${maxTokens} tokens; shorten it, or let it be cut with \`truncate\` end or start`;
}
