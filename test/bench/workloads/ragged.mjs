// Texts of very different lengths in one list, where padding costs most; and how much padding the host ran.
import { figure } from '../figure.mjs';
import { raggedTexts } from '../texts/ragged.mjs';
import { FolderTokenizer } from '../texts/tokens.mjs';
import { bulk } from './bulk.mjs';

export async function ragged(session) {
	const { sizes, settings } = session;
	// Every model gets the same texts; their lengths are those that MiniLM’s tokenizer sees.
	const tokenizer = new FolderTokenizer(settings.models['minilm-fp32'].folder);
	const counts = new Map();
	const texts = raggedTexts(sizes.raggedTexts, {
		sources: settings.texts,
		specialTokens: tokenizer.specialTokens,
		countTokens: (word) => counts.get(word) ?? counts.set(word, tokenizer.count(word)).get(word),
	});
	const title = `ragged texts of 8 to 256 tokens, lists of ${sizes.raggedListSize}, ${sizes.listsInFlight} in flight`;
	const found = await bulk(session, 'ragged', { title, texts, listSize: sizes.raggedListSize });
	return [found.figure, padding(session, found)];
}

/** Real tokens among those that ran, from the host’s own counters before and after; null where it has none. */
function padding(session, { before, after }) {
	const counted = before?.batches && after?.batches;
	const real = counted ? after.batches.realTokens - before.batches.realTokens : null;
	const padded = counted ? after.batches.paddedTokens - before.batches.paddedTokens : null;
	return figure('padding', {
		session,
		title: 'padding on the ragged texts: real tokens among all that ran',
		unit: 'share',
		against: 'all tokens that ran, padding included',
		rounds: {},
		ratios: counted ? { ours: real / padded } : {},
		notes: counted ? [] : ['not measured: /status does not count batches'],
		details: { realTokens: real, paddedTokens: padded },
	});
}
