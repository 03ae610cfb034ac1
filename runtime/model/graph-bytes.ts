import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Bytes of a graph and of the weights beside it (`model.onnx_data`, `model.onnx.data`); 0 when they cannot be read. */
export function graphBytes(graphFile: string): number {
	try {
		const folder = dirname(graphFile);
		const names = readdirSync(folder).filter((name) => name.startsWith(basename(graphFile)));
		return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
	} catch {
		return 0;
	}
}
