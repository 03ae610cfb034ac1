import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A module of the chaos harness, which is plain JavaScript: typed by whoever tests it. */
export function chaosModule<T>(file: string): T {
	return createRequire(__filename)(join(__dirname, '../chaos', file)) as T;
}
