import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..', '..');
export const dist = join(root, 'dist');
export const cli = join(dist, 'runtime', 'cli.js');
export const builtinFolder = join(dist, 'runtime', 'model', 'builtin', 'all-MiniLM-L6-v2');

/** Models and data beside the checkout: more is tested where they are there. */
export const shared = join(root, '..', 'shared');
export const hasShared = existsSync(join(shared, 'models'));

export const isRoot = process.getuid?.() === 0;
export const isWindows = process.platform === 'win32';
/** `nobody`: a user who owns nothing of ours. */
export const OTHER_UID = 65_534;

/** A module of the built package, typed by its source: `fromDist<typeof import('…/runtime/x')>('runtime/x.js')`. */
export function fromDist<T>(file: string): T {
	return createRequire(join(dist, 'runtime', 'index.js'))(join(dist, file)) as T;
}
