// @huggingface/transformers as its users call it: a pipeline in their own process, lists as they come.
import { basename, dirname } from 'node:path';

import { env, pipeline } from '@huggingface/transformers';

import { drives } from './drive.mjs';
import { answerLines } from './line-server.mjs';

const { folder, dtype, modelFileName, pooling } = JSON.parse(process.argv[2]);
env.allowRemoteModels = false;
env.localModelPath = `${dirname(folder)}/`;
const extract = await pipeline('feature-extraction', basename(folder), {
	dtype,
	device: 'cpu',
	...(modelFileName && { model_file_name: modelFileName }),
});

answerLines(
	drives(async (texts) => {
		const { data, dims } = await extract(texts, { pooling, normalize: true });
		return texts.map((_, row) => data.slice(row * dims[1], (row + 1) * dims[1]));
	}),
);
