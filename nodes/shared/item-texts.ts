import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import type { CallOptions } from '../../runtime';

/** An item’s text, or why it has none. */
export type ItemText = { readonly text: string } | { readonly error: NodeOperationError };

/**
 * The field *Text* of every item. A number counts as its digits; anything else that is not text is an error of its item.
 * n8n works out an expression for each item, which takes its time: other executions get their turn in between.
 */
export async function readTexts(
	context: IExecuteFunctions,
	items: number,
	options: CallOptions,
): Promise<readonly ItemText[]> {
	const { inSlices } = await import('../../runtime/index.js');
	const texts: ItemText[] = [];
	await inSlices(items, (itemIndex) => texts.push(readText(context, itemIndex)), options);
	return texts;
}

function readText(context: IExecuteFunctions, itemIndex: number): ItemText {
	const value = context.getNodeParameter('text', itemIndex, '') as unknown;
	if (typeof value === 'number') return { text: String(value) };
	if (typeof value === 'string' && value.trim() !== '') return { text: value };
	const what =
		typeof value === 'string'
			? 'is empty'
			: value === null || value === undefined
				? 'is not there'
				: `is ${nameOf(value)}, not text`;
	return {
		error: new NodeOperationError(context.getNode(), `The text of item ${itemIndex} ${what}`, {
			itemIndex,
			description: 'Check the expression in the field Text. A Filter node before this one can leave such items out.',
		}),
	};
}

function nameOf(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
