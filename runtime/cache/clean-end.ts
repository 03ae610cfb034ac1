import { readFileSync, rmSync, statSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';

/**
 * A note beside a data file that says: written to the disk and closed, looking like this. Where it is missing or does not
 * fit, the last host was killed, or the machine stopped, or the file was changed since.
 */
const noteOf = (file: string) => `${file}-closed`;

/** Whether nothing has happened to the file since it was closed in order. */
export function endedCleanly(file: string): boolean {
	try {
		return readFileSync(noteOf(file), 'utf8') === appearance(file);
	} catch {
		return false;
	}
}

/** Call before the file is opened. */
export function forgetCleanEnd(file: string): void {
	rmSync(noteOf(file), { force: true });
}

/** Call after the file was closed. Waits until the disk has it. @throws when it is gone, or the disk fails */
export async function noteCleanEnd(file: string): Promise<void> {
	const handle = await open(file, 'r+');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
	await writeFile(noteOf(file), appearance(file), { mode: 0o600 });
}

function appearance(file: string): string {
	const { ino, size, mtimeNs } = statSync(file, { bigint: true });
	return `${ino} ${size} ${mtimeNs}`;
}
