// Short texts in long lists: the job of a workflow over a table.
import { bulk } from './bulk.mjs';

export async function short(session) {
	const { shortTexts, shortListSize, listsInFlight } = session.sizes;
	const texts = session.settings.texts.slice(0, shortTexts);
	const title = `short texts, lists of ${shortListSize}, ${listsInFlight} in flight`;
	return [(await bulk(session, 'short', { title, texts, listSize: shortListSize })).figure];
}
