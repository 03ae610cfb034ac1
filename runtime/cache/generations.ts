import { statfs } from 'node:fs/promises';

import { forgetCleanEnd, noteCleanEnd } from './clean-end';
import { fileNumbers, fileOfNumber, removeFile } from './data-files';
import { LmdbFile, type LmdbEntry } from './lmdb-file';
import { releaseUse } from './users';

/**
 * A file of LMDB never shrinks, so the bound is kept with two of them: one is written, and once it has half the bound it
 * becomes the older one, and the one before that is deleted whole. Who finds an entry in the older one writes it into the
 * newer one again, so what is used stays. Files carry rising numbers; processes that share the folder go from number to
 * number together.
 */
export class Generations {
	#current: LmdbFile;
	#previous: LmdbFile | null;
	#number: number;

	/** What the folder holds must be sound, since LMDB trusts its files, and its use be claimed. */
	constructor(
		readonly folder: string,
		readonly maxBytes: number,
	) {
		const [number = 1, previous] = fileNumbers(folder);
		this.#number = number;
		this.#previous = previous === undefined ? null : this.#open(previous);
		this.#current = this.#open(number);
	}

	/** `isOld`: worth writing again. The value is valid until the next call. */
	get(key: Buffer): { readonly value: Buffer; readonly isOld: boolean } | undefined {
		const value = this.#current.get(key);
		if (value) return { value, isOld: false };
		const old = this.#previous?.get(key);
		return old && { value: old, isOld: true };
	}

	/**
	 * One at a time.
	 * @param roomBytes that the file may grow by
	 * @throws when the disk is full or failing; nothing of the entries is kept then, or a part
	 */
	async put(entries: readonly LmdbEntry[], roomBytes: number): Promise<void> {
		if (this.#current.bytes + roomBytes > this.maxBytes / 2) await this.#turn();
		const { bavail, bsize } = await statfs(this.folder);
		if (bavail * bsize < roomBytes) throw new Error('the disk is full');
		await this.#current.put(entries);
	}

	get entries(): number {
		return this.#current.entries + (this.#previous?.entries ?? 0);
	}

	/** Of the files, free room in them included. */
	get bytes(): number {
		return this.#current.bytes + (this.#previous?.bytes ?? 0);
	}

	/** Gives the claim back. */
	async close(): Promise<void> {
		for (const file of [this.#current, this.#previous]) {
			if (!file) continue;
			await file.close();
			// Another process may have deleted the older one.
			await noteCleanEnd(file.path).catch(() => {});
		}
		releaseUse(this.folder, 'open');
	}

	/** When a file cannot be trusted any more. Gives the claim back; the files stay open, since what LMDB does at its close is not known. */
	abandon(): void {
		releaseUse(this.folder, 'open');
	}

	async #turn(): Promise<void> {
		const oldest = this.#previous;
		this.#previous = this.#current;
		this.#current = this.#open(++this.#number);
		if (!oldest) return;
		await oldest.close();
		removeFile(oldest.path);
	}

	#open(number: number): LmdbFile {
		const file = fileOfNumber(this.folder, number);
		forgetCleanEnd(file);
		return new LmdbFile(file, this.maxBytes / 2);
	}
}
