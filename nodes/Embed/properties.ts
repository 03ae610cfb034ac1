import type { INodeProperties } from 'n8n-workflow';

import { engineProperties } from '../shared/engine';
import { instructionProperties } from '../shared/instructions';

export const embedProperties: INodeProperties[] = [
	{
		displayName: 'Text',
		name: 'text',
		type: 'string',
		required: true,
		default: '',
		typeOptions: { rows: 2 },
		placeholder: 'e.g. {{ $json.message }}',
		description: 'The text to embed, for each item',
	},
	...engineProperties,
	{
		displayName: 'Text Is',
		name: 'role',
		type: 'options',
		noDataExpression: true,
		default: 'document',
		options: [
			{ name: 'Document', value: 'document', description: 'What is stored, searched, grouped or compared' },
			{
				name: 'Query',
				value: 'query',
				description: 'What is searched with; also every text of a task that has an instruction',
			},
		],
	},
	...instructionProperties,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Add Details',
				name: 'addDetails',
				type: 'boolean',
				default: false,
				description:
					'Whether to put beside each vector, in the field of its name with “Details” at its end, which model made it, how many numbers it has, and whether the cache had it',
			},
			{
				displayName: 'Dimensions',
				name: 'dimensions',
				type: 'number',
				typeOptions: { minValue: 32, numberPrecision: 0 },
				default: 256,
				description:
					'Keep only so many numbers of each vector, made unit length again; 32 to the model’s width. Worth it for models trained for it, such as Qwen3-Embedding.',
			},
			{
				displayName: 'Long Texts',
				name: 'truncate',
				type: 'options',
				default: 'end',
				options: [
					{ name: 'Cut the End', value: 'end', description: 'Embed what fits of the beginning' },
					{ name: 'Cut the Start', value: 'start', description: 'Embed what fits of the end' },
					{ name: 'Fail', value: 'none', description: 'Treat a text over the model’s limit as an error' },
				],
			},
			{
				displayName: 'Number Format',
				name: 'numberFormat',
				type: 'options',
				default: 'array',
				options: [
					{ name: 'Array', value: 'array', description: 'Numbers, as vector stores and code want them' },
					{
						name: 'Base64',
						value: 'base64',
						description: 'Little-endian float32 in one string: a quarter of the size, exact',
					},
					{ name: 'Binary', value: 'binary', description: 'Only the signs, eight to a number from −128 to 127' },
					{ name: 'Int8', value: 'int8', description: 'Whole numbers from −127 to 127, scaled for each vector' },
				],
			},
			{
				displayName: 'Output Field',
				name: 'outputField',
				type: 'string',
				default: 'embedding',
				description: 'Field of the item that takes the vector',
			},
			{
				displayName: 'Priority',
				name: 'priority',
				type: 'options',
				default: 'auto',
				description: 'Whose texts an embed host takes first when several workflows want it at once',
				options: [
					{
						name: 'Automatic',
						value: 'auto',
						description: 'Up to 8 items are interactive, more are bulk',
					},
					{
						name: 'Bulk',
						value: 'bulk',
						description: 'Gives way to interactive texts: for large jobs that may take a little longer',
					},
					{
						name: 'Interactive',
						value: 'interactive',
						description: 'Goes before all bulk work: for runs that somebody waits for, such as a chat or a search',
					},
				],
			},
			{
				displayName: 'Unload After Idle (Seconds)',
				name: 'idleSeconds',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 120,
				description:
					'How long the model stays in memory after this node’s last text. Among several nodes the longest time wins.',
			},
		],
	},
];
