import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Data files in use at once. */
const FILES = 2;

/** Numbers of the data files in a folder, the newest first. */
export function fileNumbers(folder: string): number[] {
	return readdirSync(folder)
		.flatMap((name) => /^(\d{1,9})\.mdb$/.exec(name)?.[1] ?? [])
		.map(Number)
		.sort((a, b) => b - a);
}

export function fileOfNumber(folder: string, number: number): string {
	return join(folder, `${number}.mdb`);
}

/** The data files that are still in use; older ones, which another process could not delete, are deleted. */
export function dataFiles(folder: string): string[] {
	const files = fileNumbers(folder).map((number) => fileOfNumber(folder, number));
	for (const file of files.slice(FILES)) removeFile(file);
	return files.slice(0, FILES);
}

/** With all that belongs to it. Where a process has it open and the system forbids, it stays for the next time. */
export function removeFile(file: string): void {
	for (const suffix of ['-closed', '-lock', '']) {
		try {
			rmSync(`${file}${suffix}`, { force: true });
		} catch {
			// Windows.
		}
	}
}
