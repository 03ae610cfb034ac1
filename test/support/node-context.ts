import type { IExecuteFunctions } from 'n8n-workflow';

/** The least of n8n’s context: parameters by name, where a function is called with the item’s number. */
export function nodeContext(parameters: Readonly<Record<string, unknown>>): IExecuteFunctions {
	return {
		getNode: () => ({ id: '1', name: 'Embed', type: 'embed', typeVersion: 1, position: [0, 0], parameters: {} }),
		getNodeParameter: (name: string, itemIndex: number, fallback?: unknown) => {
			const value = parameters[name] ?? fallback;
			return typeof value === 'function' ? (value as (itemIndex: number) => unknown)(itemIndex) : value;
		},
	} as unknown as IExecuteFunctions;
}
