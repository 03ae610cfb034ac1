import type { PoolingMode } from './pooling-mode';

/** What a family of models needs when its folder does not say: used only after the folder’s own files were asked. */
export interface Family {
	readonly name: string;
	/** `model_type` in config.json. */
	readonly modelType?: string;
	/** Found in the model’s id or in `_name_or_path`. */
	readonly id?: RegExp;
	readonly pooling?: PoolingMode;
	readonly prompts?: Readonly<Record<string, string>>;
}

/** From each family’s model card. The first row that matches wins. */
export const FAMILIES: readonly Family[] = [
	{
		name: 'Qwen3-Embedding',
		modelType: 'qwen3',
		pooling: 'last',
		prompts: {
			query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
			document: '',
		},
	},
	{
		name: 'E5 instruct',
		id: /(^|[/_-])e5-\w+(-v\d+)?-instruct/i,
		pooling: 'mean',
		prompts: {
			query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ',
			document: '',
		},
	},
	{
		name: 'E5',
		id: /(^|[/_-])e5-(small|base|large)/i,
		pooling: 'mean',
		prompts: { query: 'query: ', document: 'passage: ' },
	},
	{
		name: 'BGE v1.5 English',
		id: /(^|\/)bge-(small|base|large)-en-v1\.5/i,
		pooling: 'cls',
		prompts: { query: 'Represent this sentence for searching relevant passages: ', document: '' },
	},
];

export function familyOf(modelType: string | null, ids: readonly string[]): Family | null {
	const matches = (family: Family) =>
		(family.modelType !== undefined && family.modelType === modelType) ||
		(family.id !== undefined && ids.some((id) => family.id?.test(id)));
	return FAMILIES.find(matches) ?? null;
}
