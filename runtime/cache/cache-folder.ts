import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { ensurePrivateFolder } from '../base/private-folder';

/** What the files in the folder look like; another layout gets another folder. */
const LAYOUT_VERSION = 1;
const PROBE_BYTES = 64 * 2 ** 10;

/** Where this package keeps what it can compute again: `n8n-nodes-embed` in the user’s cache folder. */
export function defaultCacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
	const base =
		process.platform === 'win32'
			? environment.LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
			: environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache');
	return join(base, 'n8n-nodes-embed');
}

/** The vectors’ folder within a cache folder. */
export function vectorsFolder(cacheFolder: string): string {
	return join(cacheFolder, `vectors-v${LAYOUT_VERSION}`);
}

/**
 * Makes sure that `folder` is there, is the user’s alone, and can be written to.
 * @throws with what is wrong
 */
export function prepareVectorsFolder(folder: string): void {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	ensurePrivateFolder(folder, process.getuid?.(), {
		name: 'cache folder',
		remedy: 'Or name another with --cache-dir or EMBED_CACHE_DIR',
	});
	// On a full disk, mapping a new file ends the process; writing one only fails.
	const probe = join(folder, `probe-${process.pid}`);
	try {
		writeFileSync(probe, Buffer.alloc(PROBE_BYTES), { mode: 0o600 });
	} finally {
		rmSync(probe, { force: true });
	}
}
