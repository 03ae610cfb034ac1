import { tempFolder, type Files } from './temp-folder';
import { TINY_TOKENIZER } from './tiny-tokenizer';

/** The files of a small BERT in Hugging Face layout; its graph is no graph, since nothing here loads it. */
export const MODEL_FILES: Files = {
	'config.json': {
		model_type: 'bert',
		hidden_size: 64,
		num_attention_heads: 4,
		max_position_embeddings: 512,
		vocab_size: 100,
	},
	'tokenizer.json': TINY_TOKENIZER,
	'tokenizer_config.json': { model_max_length: 256 },
	'modules.json': [
		{ idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
		{ idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
		{ idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
	],
	'1_Pooling/config.json': { pooling_mode_mean_tokens: true, pooling_mode_cls_token: false },
	'onnx/model.onnx': 'weights',
};

/** @param changes files to add or replace; undefined leaves one out */
export function modelFolder(changes: Files = {}): string {
	return tempFolder({ ...MODEL_FILES, ...changes });
}
