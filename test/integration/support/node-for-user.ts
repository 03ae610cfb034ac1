import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let copy: string | null = null;

/** This Node, where a user may run it: one below somebody’s home folder is closed to the others, so they get a copy. */
export function nodeFor(uid: number | undefined): string {
	if (uid === undefined || spawnSync(process.execPath, ['-v'], { uid, gid: uid }).status === 0) return process.execPath;
	if (copy === null) {
		const folder = mkdtempSync(join(tmpdir(), 'node-'));
		chmodSync(folder, 0o755);
		process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
		copy = join(folder, 'node');
		copyFileSync(process.execPath, copy);
		chmodSync(copy, 0o755);
	}
	return copy;
}
