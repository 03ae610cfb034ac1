import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of this package, from its package.json beside dist. */
export function packageVersion(): string {
	const manifest = readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8');
	return (JSON.parse(manifest) as { readonly version: string }).version;
}
