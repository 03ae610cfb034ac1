// Texts to ids without the product’s own code, so that a fault of ours would show as other vectors.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const requireFromRoot = createRequire(new URL('../../../package.json', import.meta.url));

/** The tokenizer of a model folder. */
export class FolderTokenizer {
	#tokenizer;
	#maxTokens;

	constructor(folder) {
		// The version that the product has, not the peers’ own; not at the top, where a fresh clone has neither.
		const { Tokenizer } = requireFromRoot('@huggingface/tokenizers');
		this.#tokenizer = new Tokenizer(
			readJson(join(folder, 'tokenizer.json')),
			readJson(join(folder, 'tokenizer_config.json')),
		);
		const limits = join(folder, 'sentence_bert_config.json');
		this.#maxTokens = existsSync(limits) ? readJson(limits).max_seq_length : Infinity;
	}

	/** With special tokens. A longer text keeps its first tokens and the special token at its end. */
	encode(text) {
		const { ids } = this.#tokenizer.encode(text);
		return ids.length <= this.#maxTokens ? ids : [...ids.slice(0, this.#maxTokens - 1), ids.at(-1)];
	}

	/** Tokens of a word alone, special tokens left out. */
	count(word) {
		return this.#tokenizer.encode(word, { add_special_tokens: false }).ids.length;
	}

	/** Special tokens around every text. */
	get specialTokens() {
		return this.#tokenizer.encode('').ids.length;
	}
}

function readJson(file) {
	return JSON.parse(readFileSync(file, 'utf8'));
}
