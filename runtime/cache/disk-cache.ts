import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { vectorsFolder } from './cache-folder';
import type { DiskLevel } from './cache-levels';
import type { CachedVector } from './cached-vector';
import { decodeEntry, encodeEntry } from './entry-format';
import type { Generations } from './generations';
import { openFiles } from './open-files';
import { renewInProcess } from './renew-in-process';
import { WriteBehind } from './write-behind';

export interface DiskCacheOptions {
	/** The vectors lie in a folder of their own within it. */
	readonly cacheFolder: string;
	/** Bound over the files, at least {@link MIN_DISK_CACHE_BYTES}. */
	readonly maxBytes: number;
	readonly logger: Logger;
	/** Makes a file that was not closed in order one that can be trusted. Default: {@link renewInProcess}. */
	readonly renew?: (file: string, signal: AbortSignal) => Promise<boolean>;
}

/** Below this there is no room for two files and the pages around a batch. */
export const MIN_DISK_CACHE_BYTES = 4 * 2 ** 20;
const MOST_BATCH_BYTES = 2 * 2 ** 20;

type State =
	| { readonly name: 'opening'; readonly reason: string }
	| { readonly name: 'on'; readonly reason: string; readonly files: Generations }
	| { readonly name: 'off'; readonly reason: string };

/**
 * The second level: vectors of all models of a host in files that outlive it, bounded in bytes, the longest unused dropped
 * first. It never fails: whatever is wrong with folder, files or library is one warning, and a cache that knows nothing.
 */
export class DiskCache implements DiskLevel {
	readonly #options: DiskCacheOptions;
	readonly #folder: string;
	readonly #writes: WriteBehind;
	readonly #closing = new AbortController();
	#state: State = { name: 'opening', reason: 'not opened yet' };
	#opened: Promise<void> = Promise.resolve();

	constructor(options: DiskCacheOptions) {
		this.#options = options;
		this.#folder = vectorsFolder(options.cacheFolder);
		const batchBytes = Math.min(MOST_BATCH_BYTES, options.maxBytes / 32);
		this.#writes = new WriteBehind({
			batchBytes,
			write: async (batch) => {
				await this.#opened;
				// Pages are written anew before the old ones are free.
				if (this.#state.name === 'on') await this.#state.files.put(batch, 2 * batchBytes);
			},
			onError: (error) => this.#turnOff(error),
		});
	}

	/**
	 * Call once. Resolves when the cache is on or off, or when it must first read its files through; until that is done,
	 * nothing is found. Rejects never.
	 */
	async open(): Promise<void> {
		await new Promise<void>((resolve) => {
			this.#opened = this.#open(resolve).catch((error: unknown) => this.#turnOff(error));
			void this.#opened.then(resolve);
		});
	}

	get(key: string): CachedVector | undefined {
		if (this.#state.name !== 'on') return undefined;
		const bytes = Buffer.from(key, 'latin1');
		try {
			const found = this.#state.files.get(bytes);
			const entry = found && decodeEntry(bytes, found.value);
			if (entry && found.isOld) this.set(key, entry);
			return entry;
		} catch (error) {
			this.#turnOff(error);
			return undefined;
		}
	}

	set(key: string, entry: CachedVector): void {
		if (this.#state.name === 'off') return;
		const bytes = Buffer.from(key, 'latin1');
		this.#writes.add({ key: bytes, value: encodeEntry(bytes, entry) });
	}

	get report() {
		const files = this.#state.name === 'on' ? this.#state.files : null;
		return {
			state: files ? ('on' as const) : ('off' as const),
			reason: this.#state.reason,
			folder: this.#folder,
			entries: files?.entries ?? 0,
			bytes: files?.bytes ?? 0,
			maxBytes: this.#options.maxBytes,
		};
	}

	/** Writes what waits, and leaves files that the next host can trust. Idempotent. */
	async close(): Promise<void> {
		this.#closing.abort();
		await this.#opened;
		await this.#writes.flush();
		const state = this.#state;
		if (state.name !== 'on') return;
		this.#state = { name: 'off', reason: 'closed' };
		await state.files.close().catch(() => state.files.abandon());
	}

	async #open(onDoubt: () => void): Promise<void> {
		const { maxBytes, renew = renewInProcess, logger } = this.#options;
		const { signal } = this.#closing;
		if (maxBytes < MIN_DISK_CACHE_BYTES)
			throw new Error(`${maxBytes} bytes are too few, ${MIN_DISK_CACHE_BYTES} the least`);
		const files = await openFiles({
			folder: this.#folder,
			maxBytes,
			renew: (file) => renew(file, signal),
			onDoubt: () => {
				this.#state = { name: 'opening', reason: 'its files were not closed in order and are being read' };
				onDoubt();
			},
			onDamaged: (file) => logger.warn('damaged file of the cache on disk deleted', { file }),
			signal,
		});
		this.#state = { name: 'on', reason: 'open', files };
	}

	#turnOff(error: unknown): void {
		const before = this.#state;
		if (before.name === 'off') return;
		const isClosing = this.#closing.signal.aborted;
		this.#state = { name: 'off', reason: isClosing ? 'closed' : messageOf(error) };
		if (before.name === 'on') before.files.abandon();
		if (!isClosing)
			this.#options.logger.warn('cache on disk is off', { folder: this.#folder, reason: messageOf(error) });
	}
}
