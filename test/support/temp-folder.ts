import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { onTestFinished } from 'vitest';

export type Files = Readonly<Record<string, unknown>>;

/** A folder that goes with the test. Values that are neither text nor bytes are written as JSON; undefined is left out. */
export function tempFolder(files: Files = {}): string {
	const folder = mkdtempSync(join(tmpdir(), 'embed-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	writeFiles(folder, files);
	return folder;
}

export function writeFiles(folder: string, files: Files): void {
	for (const [name, content] of Object.entries(files)) {
		if (content === undefined) continue;
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		const isPlain = typeof content === 'string' || content instanceof Uint8Array;
		writeFileSync(join(folder, name), isPlain ? content : JSON.stringify(content));
	}
}
