import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Bytes of a graph file and of the files beside it that hold its weights (`model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`). */
export function weightBytes(graphFile: string): number {
	const name = basename(graphFile);
	const folder = dirname(graphFile);
	const isOurs = (file: string) => file === name || file.startsWith(`${name}_data`) || file.startsWith(`${name}.data`);
	try {
		return readdirSync(folder)
			.filter(isOurs)
			.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
	} catch {
		// A folder that cannot be read says so when the model is loaded.
		return 0;
	}
}
