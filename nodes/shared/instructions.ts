import type { INodeProperties } from 'n8n-workflow';

/** Ready instructions for models that take one, by the value of the *Instruction* field. */
export const INSTRUCTIONS: Readonly<Record<string, { readonly name: string; readonly text: string }>> = {
	retrieval: { name: 'Retrieval', text: 'Given a web search query, retrieve relevant passages that answer the query' },
	ticketType: { name: 'Ticket Type', text: 'Classify the support ticket by the type of request or problem' },
	patentFeatures: { name: 'Patent Features', text: 'Identify the technical features that the patent text claims' },
	clustering: { name: 'Clustering', text: 'Identify the topic of the text' },
};

export const instructionProperties: INodeProperties[] = [
	{
		displayName: 'Instruction',
		name: 'instruction',
		type: 'options',
		default: 'none',
		displayOptions: { show: { role: ['query'] } },
		description: 'What the texts are compared for. Only instruction models, such as Qwen3-Embedding, take one.',
		options: [
			{ name: 'Custom', value: 'custom', description: 'Your own words' },
			{ name: 'Model Default', value: 'none', description: 'What the model itself puts before a query' },
			...Object.entries(INSTRUCTIONS).map(([value, { name, text }]) => ({ name, value, description: text })),
		].sort((a, b) => a.name.localeCompare(b.name)),
	},
	{
		displayName: 'Custom Instruction',
		name: 'customInstruction',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. Find tickets about the same fault',
		displayOptions: { show: { role: ['query'], instruction: ['custom'] } },
		description: 'One sentence in English, whatever the language of the texts',
	},
];

/** The words to send; undefined for the model’s own default. */
export function instructionText(choice: string, custom: string): string | undefined {
	if (choice === 'custom') return custom.trim();
	return INSTRUCTIONS[choice]?.text;
}
