import { prepareVectorsFolder } from './cache-folder';
import { endedCleanly } from './clean-end';
import { dataFiles, removeFile } from './data-files';
import type { Generations } from './generations';
import { claimUse, isUsedByOthers, releaseUse } from './users';

export interface OpenFilesOptions {
	readonly folder: string;
	readonly maxBytes: number;
	/** Makes a file that was not closed in order one that can be trusted; false when it cannot. */
	readonly renew: (file: string) => Promise<boolean>;
	/** Called before the first file is renewed. */
	readonly onDoubt: () => void;
	/** Called when nothing of a file could be kept, and it was deleted. */
	readonly onDamaged: (file: string) => void;
	readonly signal: AbortSignal;
}

/**
 * Opens what the folder holds, less what is damaged. Nothing is read where all files were closed in order, or where
 * another process has them open.
 * @throws with the reason why there can be no cache
 */
export async function openFiles(options: OpenFilesOptions): Promise<Generations> {
	const { folder, maxBytes } = options;
	prepareVectorsFolder(folder);
	// Loaded only here: a machine without the native library goes on without a cache on disk.
	const { Generations } = await import('./generations.js');
	// In this order: who opens a file claims it before it takes the note of its clean end away.
	const doubtful = dataFiles(folder).filter((file) => !endedCleanly(file));
	if (doubtful.length > 0 && !isUsedByOthers(folder, 'open')) await renewAll(doubtful, options);
	try {
		claimUse(folder, 'open');
		return new Generations(folder, maxBytes);
	} catch (error) {
		releaseUse(folder, 'open');
		throw error;
	} finally {
		releaseUse(folder, 'renew');
	}
}

async function renewAll(files: readonly string[], options: OpenFilesOptions): Promise<void> {
	const { folder, renew, onDoubt, onDamaged, signal } = options;
	claimUse(folder, 'renew');
	try {
		if (isUsedByOthers(folder, 'renew'))
			throw new Error('another host is just reading the files, which were not closed in order');
		onDoubt();
		for (const file of files) {
			const isSound = await renew(file);
			signal.throwIfAborted();
			if (isSound) continue;
			removeFile(file);
			onDamaged(file);
		}
	} catch (error) {
		releaseUse(folder, 'renew');
		throw error;
	}
}
