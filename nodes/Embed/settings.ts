import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import type { Priority, TextSettings, Truncate } from '../../runtime';
import { instructionText } from '../shared/instructions';

export type NumberFormat = 'array' | 'base64' | 'int8' | 'binary';

interface EmbedOptions {
	readonly dimensions?: number;
	readonly truncate?: Truncate;
	readonly numberFormat?: NumberFormat;
	/** `auto` leaves it to the size of the job. */
	readonly priority?: Priority | 'auto';
	readonly outputField?: string;
	readonly idleSeconds?: number;
	readonly addDetails?: boolean;
}

export interface EmbedSettings {
	readonly engine: string;
	readonly texts: TextSettings;
	readonly numberFormat: NumberFormat;
	readonly outputField: string;
	readonly addDetails: boolean;
}

/** The node’s settings, read once from the first item; only the text is read for every item. */
export function readSettings(context: IExecuteFunctions): EmbedSettings {
	const parameter = (name: string, fallback: string) => String(context.getNodeParameter(name, 0, fallback));
	const model = String(context.getNodeParameter('model', 0, '', { extractValue: true }) ?? '').trim();
	const role = parameter('role', 'document') === 'query' ? 'query' : 'document';
	const instruction =
		role === 'query'
			? instructionText(parameter('instruction', 'none'), parameter('customInstruction', ''))
			: undefined;
	if (instruction === '') {
		throw new NodeOperationError(context.getNode(), 'The field Custom Instruction is empty', {
			description: 'Write what the texts are compared for, or choose Model Default.',
		});
	}
	const options = context.getNodeParameter('options', 0, {}) as EmbedOptions;
	return {
		engine: parameter('engine', 'builtIn'),
		texts: {
			role,
			...(model !== '' && { model }),
			...(instruction !== undefined && { instruction }),
			...(options.dimensions !== undefined && { dimensions: options.dimensions }),
			...(options.truncate !== undefined && { truncate: options.truncate }),
			...(options.priority !== undefined && options.priority !== 'auto' && { priority: options.priority }),
			...(options.idleSeconds !== undefined && { idleTimeoutMs: options.idleSeconds * 1000 }),
		},
		numberFormat: options.numberFormat ?? 'array',
		outputField: options.outputField?.trim() || 'embedding',
		addDetails: options.addDetails === true,
	};
}
