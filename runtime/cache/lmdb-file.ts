import { open, type RootDatabase } from 'lmdb';

export interface LmdbEntry {
	readonly key: Buffer;
	readonly value: Buffer;
}

/** The map may be larger than the bound: it is room in the address space, not memory or disk. */
const SPARE_MAP_BYTES = 64 * 2 ** 20;

/** One LMDB file of 16-byte keys. Several processes may have it open. */
export class LmdbFile {
	readonly #database: RootDatabase<Buffer, Buffer>;

	/**
	 * Made when missing.
	 * @param maxBytes that the file will be let grow to; the caller keeps the bound
	 */
	constructor(
		readonly path: string,
		maxBytes: number,
	) {
		const options = {
			path,
			noSubdir: true,
			encoding: 'binary',
			keyEncoding: 'binary',
			mapSize: Math.ceil((maxBytes + SPARE_MAP_BYTES) / 2 ** 20) * 2 ** 20,
			// What a crash of the machine leaves half written is found when the file is renewed after an unclean end.
			noSync: true,
			// Keys are hashes: the page beside a page is never the next one wanted.
			noReadAhead: true,
			// A batch by turns of the event loop has a promise that nobody holds: when it fails, the process ends.
			eventTurnBatching: false,
		} as const;
		this.#database = open<Buffer, Buffer>(options);
	}

	/** Valid until the next call. @throws when the file is damaged */
	get(key: Buffer): Buffer | undefined {
		const shared = this.#database.getBinaryFast(key);
		// A large buffer that only calls itself shorter; what is native in Node goes by its real size.
		return shared && Buffer.from(shared.buffer, shared.byteOffset, shared.length);
	}

	/** Resolves when all can be read. Keep entries unchanged until then. */
	async put(entries: readonly LmdbEntry[]): Promise<void> {
		await Promise.all(entries.map(({ key, value }) => this.#database.put(key, value).catch(throwAlone)));
	}

	get entries(): number {
		return this.#stats.entryCount;
	}

	/** Of the file, free pages within it included. */
	get bytes(): number {
		const { lastPageNumber, pageSize } = this.#stats;
		return (lastPageNumber + 1) * pageSize;
	}

	/** In the order of the keys. @throws when the file is damaged, if it does not end the process */
	*all(): Iterable<LmdbEntry> {
		for (const { key, value } of this.#database.getRange()) yield { key, value };
	}

	putSync(entries: readonly LmdbEntry[]): void {
		this.#database.transactionSync(() => {
			for (const { key, value } of entries) void this.#database.put(key, value);
		});
	}

	close(): Promise<void> {
		return this.#database.close();
	}

	get #stats() {
		return this.#database.getStats() as { entryCount: number; lastPageNumber: number; pageSize: number };
	}
}

/** LMDB’s own reason comes as a promise beside the error; one that nobody holds would end the process. */
function throwAlone(error: { readonly commitError?: Promise<unknown> }): never {
	error.commitError?.catch(() => {});
	throw error;
}
