import { join } from 'node:path';

import { EmbedError } from '../base/errors';
import { isObject, readJsonObject } from '../base/json-file';
import type { Role } from '../base/provider';
import type { Family } from './families';

/** What is put before a text, by its role, and how an instruction is written. */
export interface Prompts {
	readonly query: string;
	readonly document: string;
	/** Text before and after the task in a query’s prompt; null for a model that takes no instruction. */
	readonly instruction: InstructionTemplate | null;
	readonly source: string;
}

export interface InstructionTemplate {
	readonly before: string;
	readonly after: string;
}

/** `Instruct: {task}\nQuery:`, the form of the instruction models of the E5 and Qwen3 lines; a space may follow. */
const INSTRUCTION = /^(Instruct: )(.+)(\nQuery: ?)$/s;
const NONE: Prompts = { query: '', document: '', instruction: null, source: 'none' };

/** config_sentence_transformers.json, else the family’s prompts, else none. */
export function readPrompts(folder: string, family: Family | null): Prompts {
	const file = join(folder, 'config_sentence_transformers.json');
	const own = readJsonObject(file)?.prompts;
	if (isObject(own) && Object.keys(own).length > 0) return toPrompts(own, file);
	return family?.prompts ? toPrompts(family.prompts, `the ${family.name} family`) : NONE;
}

function toPrompts(prompts: Readonly<Record<string, unknown>>, source: string): Prompts {
	const pick = (...names: string[]) =>
		names.map((name) => prompts[name]).find((value) => typeof value === 'string') ?? '';
	const query = String(pick('query', 'search_query'));
	const document = String(pick('document', 'passage', 'corpus', 'search_document'));
	const match = INSTRUCTION.exec(query);
	return { query, document, instruction: match ? { before: match[1]!, after: match[3]! } : null, source };
}

/**
 * The text as the model reads it.
 * @throws EmbedError `unsupported_instruction`
 */
export function applyPrompt(prompts: Prompts, text: string, role: Role, instruction?: string): string {
	if (role === 'document') return prompts.document + text;
	if (instruction === undefined) return prompts.query + text;
	if (prompts.instruction === null) throw instructionRefused();
	return prompts.instruction.before + instruction + prompts.instruction.after + text;
}

export function instructionRefused(): EmbedError {
	return new EmbedError(
		'unsupported_instruction',
		'This model takes no instruction. Leave `instruction` out, or choose an instruction model such as Qwen3-Embedding',
		{ param: 'instruction' },
	);
}
