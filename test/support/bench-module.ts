import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A module of the benchmark, which is plain JavaScript: typed by whoever tests it. */
export function benchModule<T>(file: string): T {
	return createRequire(__filename)(join(__dirname, '../bench', file)) as T;
}
