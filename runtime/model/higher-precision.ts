import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { checkGraphFile } from './graph-file';
import type { ModelSpec } from './folder';

/** The hub’s name of a graph whose weights were not made smaller. */
const FULL_PRECISION = 'model.onnx';

/** The same model with the graph of full precision that lies beside its own; null when there is none. */
export function inHigherPrecision(spec: ModelSpec): ModelSpec | null {
	const graphFile = join(dirname(spec.graphFile), FULL_PRECISION);
	if (basename(spec.graphFile) === FULL_PRECISION || !existsSync(graphFile)) return null;
	try {
		checkGraphFile(graphFile);
		return { ...spec, graphFile };
	} catch {
		// Half a download, or a stand-in for one: as good as none.
		return null;
	}
}
