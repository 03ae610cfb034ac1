import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { join } from 'node:path';

import { removeFile } from './data-files';

/** Ample for the largest file on a slow disk; a damaged one can send its reader round in circles. */
const LIMIT_MS = 120_000;

/**
 * Puts in a doubtful file’s place a new one of all its entries that are sound. LMDB trusts its files: a damaged one can
 * end the process that reads it, or the one that writes to it much later. So a process does it that nobody will miss, and
 * the host only ever opens files that LMDB has just made.
 * @param signal ends it; the answer is then no
 * @returns whether `file` can be trusted now; if not, it is as it was
 */
export async function renewInProcess(file: string, signal: AbortSignal): Promise<boolean> {
	const { NODE_OPTIONS: _loader, NODE_CHANNEL_FD: _channel, ...env } = process.env;
	const renewed = `${file}-renewed-${process.pid}`;
	removeFile(renewed);
	try {
		const child = spawn(process.execPath, [join(__dirname, 'renew-child.js'), file, renewed], {
			env,
			stdio: 'ignore',
			windowsHide: true,
			timeout: LIMIT_MS,
			killSignal: 'SIGKILL',
			signal,
		});
		const [code] = (await once(child, 'exit')) as [number | null];
		if (code !== 0) return false;
		// Its locks as well: they belong to what was there before.
		removeFile(file);
		renameSync(renewed, file);
		return true;
	} catch {
		// Not started, or ended by the signal.
		return false;
	} finally {
		removeFile(renewed);
	}
}
