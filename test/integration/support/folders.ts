import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A new private folder, removed by {@link removeFolders}. Its path is short, for sockets. */
export function makeFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'embed-'));
	made.push(folder);
	return folder;
}

export function removeFolders(): void {
	for (const folder of made.splice(0)) {
		makeWritable(folder);
		rmSync(folder, { recursive: true, force: true });
	}
}

// A folder copied from a read-only place is read-only itself.
function makeWritable(folder: string): void {
	if (!existsSync(folder)) return;
	chmodSync(folder, 0o700);
	for (const name of readdirSync(folder)) {
		const path = join(folder, name);
		if (lstatSync(path).isDirectory()) makeWritable(path);
	}
}
