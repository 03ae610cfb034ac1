import type { TokenizedText } from '../../runtime/threads/tokenizer-pool';
import type { TokenizeTask } from '../../runtime/threads/tokenize-task';
import { SELF_TEST_TEXTS } from '../../runtime/engine/self-test-texts';

export const OPENING_ID = 1;
export const CLOSING_ID = 2;

/** One token a character, between an opening and a closing one. */
export function idsOf(text: string): number[] {
	return [OPENING_ID, ...Array.from(text, (character) => character.codePointAt(0)!), CLOSING_ID];
}

export class FakeTokenizer {
	/** Every text that was tokenised for a request. */
	readonly texts: string[] = [];
	/** Runs before an answer; throws to fail, and is waited for. */
	onEncode: () => void | Promise<void> = () => {};
	/** The ids of a text, before truncation. */
	idsOf: (text: string) => number[] = idsOf;

	async encode({ texts, maxTokens, truncate }: TokenizeTask): Promise<readonly TokenizedText[]> {
		if (texts !== SELF_TEST_TEXTS) {
			this.texts.push(...texts);
			await this.onEncode();
		}
		return texts.map((text) => {
			const ids = this.idsOf(text);
			const over = ids.length - maxTokens;
			if (over <= 0) return { ids: Int32Array.from(ids), truncated: false };
			ids.splice(truncate === 'start' ? 1 : ids.length - 1 - over, over);
			return { ids: Int32Array.from(ids), truncated: true };
		});
	}
}
