import { prepareVectorsFolder } from './cache-folder';
import { endedCleanly } from './clean-end';
import { dataFiles, removeFile } from './data-files';
import type { Generations } from './generations';
import { isUsedByOthers } from './users';

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
	const { folder, maxBytes, renew, onDoubt, onDamaged, signal } = options;
	prepareVectorsFolder(folder);
	// Loaded only here: a machine without the native library goes on without a cache on disk.
	const { Generations } = await import('./generations.js');
	const files = dataFiles(folder);
	const doubtful = isUsedByOthers(folder) ? [] : files.filter((file) => !endedCleanly(file));
	if (doubtful.length > 0) onDoubt();
	for (const file of doubtful) {
		const isSound = await renew(file);
		signal.throwIfAborted();
		if (isSound) continue;
		removeFile(file);
		onDamaged(file);
	}
	return new Generations(folder, maxBytes);
}
