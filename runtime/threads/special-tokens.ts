import { EmbedError } from '../base/errors';
import { isObject, type JsonObject } from '../base/json-file';

/** Ids that stand around every text. */
export interface Wrapping {
	readonly before: readonly number[];
	readonly after: readonly number[];
}

/**
 * The special tokens that the post-processor of a tokenizer.json adds to one text, read from the file itself so that
 * truncation can cut the text and keep them.
 * @throws EmbedError `model_unclear` for a kind of post-processor that is not known
 */
export function readWrapping(tokenizer: JsonObject): Wrapping {
	return wrappingOf(tokenizer.post_processor);
}

function wrappingOf(processor: unknown): Wrapping {
	if (!isObject(processor)) return { before: [], after: [] };
	switch (processor.type) {
		case 'ByteLevel':
			return { before: [], after: [] };
		case 'Sequence':
			return (processor.processors as unknown[]).map(wrappingOf).reduce(around, { before: [], after: [] });
		case 'BertProcessing':
		case 'RobertaProcessing':
			return { before: [idIn(processor.cls)], after: [idIn(processor.sep)] };
		case 'TemplateProcessing':
			return templateWrapping(processor);
		default:
			throw unclear(`its post-processor ${String(processor.type)} is not known`);
	}
}

function around(inner: Wrapping, outer: Wrapping): Wrapping {
	return { before: [...outer.before, ...inner.before], after: [...inner.after, ...outer.after] };
}

function templateWrapping(processor: JsonObject): Wrapping {
	const pieces = (processor.single as unknown[]).filter(isObject);
	const special = processor.special_tokens as Readonly<Record<string, { readonly ids: readonly number[] }>>;
	const text = pieces.findIndex((piece) => 'Sequence' in piece);
	const ids = (piece: JsonObject) => {
		const { id } = piece.SpecialToken as { readonly id: string };
		const row = special[id];
		if (!row) throw unclear(`its template names ${id}, which its special_tokens lack`);
		return row.ids;
	};
	if (text < 0) throw unclear('its template has no place for the text');
	return { before: pieces.slice(0, text).flatMap(ids), after: pieces.slice(text + 1).flatMap(ids) };
}

function idIn(pair: unknown): number {
	const id = Array.isArray(pair) ? (pair as unknown[])[1] : undefined;
	if (typeof id !== 'number') throw unclear('its post-processor has no token id');
	return id;
}

/**
 * The same tokenizer without eyes for special tokens: `</s>` in a user’s text becomes letters, as any other text.
 * Otherwise a text could close itself early or carry the mark at which a vector is read. Special tokens are taken out
 * of `added_tokens`, which are matched in the text before all else, and their words are made unmatchable in the
 * vocabulary, where unigram models would find them; ids do not move. Added tokens that are not special stay.
 */
export function readSpecialTokensAsText(tokenizer: JsonObject): JsonObject {
	const added = (tokenizer.added_tokens as JsonObject[] | undefined) ?? [];
	const special = added.filter((token) => token.special === true);
	const model = tokenizer.model as JsonObject;
	const ids = new Set(special.map((token) => token.id));
	return {
		...tokenizer,
		added_tokens: added.filter((token) => token.special !== true),
		model: { ...model, vocab: hideWords(model, ids) },
	};
}

function hideWords(model: JsonObject, ids: ReadonlySet<unknown>): unknown {
	// U+10FFFF is no character: it cannot be part of a well-formed text that somebody means.
	const hidden = (id: unknown) => `\u{10FFFF}${String(id)}`;
	if (Array.isArray(model.vocab)) {
		return model.vocab.map((piece: [string, number], id) => (ids.has(id) ? [hidden(id), piece[1]] : piece));
	}
	const entries = Object.entries((model.vocab as JsonObject | undefined) ?? {});
	// The unknown token is looked up by name for text that has no other; to hide it would lose that text.
	return Object.fromEntries(
		entries.map(([word, id]) => [ids.has(id) && word !== model.unk_token ? hidden(id) : word, id]),
	);
}

function unclear(why: string): EmbedError {
	return new EmbedError('model_unclear', `Cannot use tokenizer.json: ${why}`);
}
