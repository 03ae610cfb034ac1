import { existsSync } from 'node:fs';

import { EmbedError } from '../base/errors';
import type { Options } from '../base/options';
import type { ModelSource } from '../engine/engine';
import { BUILTIN_MODEL_FOLDER, BUILTIN_MODEL_ID } from '../model/builtin';
import { cachedModels, hubCacheFolder } from '../model/hub-cache';
import { modelIdOf } from '../model/folder';

type Wanted = Pick<Options, 'modelPath' | 'servedModelName' | 'serveCachedModels' | 'dtype'>;

/**
 * Which models to serve, the default first: those named by --model-path, else the built-in one, and on wish every
 * model in the Hugging Face cache.
 * @throws EmbedError for an id that is not in the cache or two models of one name
 */
export function servedModels(
	options: Wanted,
	environment: Readonly<Record<string, string | undefined>>,
): ModelSource[] {
	const cache = hubCacheFolder(environment);
	const sources = options.modelPath.length > 0 ? named(options, cache) : [builtin()];
	sources.forEach((source, i) => {
		if (sources.findIndex(({ id }) => id === source.id) === i) return;
		throw new EmbedError(
			'invalid_request',
			`Two models are called ${source.id}; give each a name with --served-model-name`,
		);
	});
	if (!options.serveCachedModels) return sources;
	const known = new Set(sources.map(({ id }) => id));
	const cached = [...cachedModels(cache)].filter(([id]) => !known.has(id));
	return [...sources, ...cached.map(([id, folder]) => ({ id, folder, dtype: 'auto' as const, isOnDemand: true }))];
}

function builtin(): ModelSource {
	return { id: BUILTIN_MODEL_ID, folder: BUILTIN_MODEL_FOLDER, dtype: 'auto' };
}

function named({ modelPath, servedModelName, dtype }: Wanted, cache: string): ModelSource[] {
	return modelPath.map((path, i) => {
		const folder = existsSync(path)
			? path
			: (cachedModels(cache).get(path) ?? (path === BUILTIN_MODEL_ID ? BUILTIN_MODEL_FOLDER : null));
		if (folder === null) {
			throw new EmbedError(
				'model_load_failed',
				`There is no model folder ${path}, and no model of that id in the Hugging Face cache ${cache}`,
			);
		}
		return { id: servedModelName[i] ?? modelIdOf(folder), folder, dtype };
	});
}
