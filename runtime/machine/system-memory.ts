import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';

/** The memory that this process may use, with everyone else in its container or on its machine. */
export interface SystemMemory {
	/** Of the container, where it has a limit, else of the machine. */
	readonly totalBytes: number;
	/** What could be taken without anybody being ended for it. */
	readonly availableBytes: number;
}

/** Looks at the system’s figures: some 0.1 ms. */
export function readSystemMemory(): SystemMemory {
	const machineBytes = totalmem();
	const limitBytes = process.constrainedMemory();
	const isLimited = limitBytes > 0 && limitBytes < machineBytes;
	if (!isLimited) return { totalBytes: machineBytes, availableBytes: process.availableMemory() };
	// The files that a container has read count as its own until somebody needs the room: a model’s file would.
	const availableBytes = Math.min(process.availableMemory() + readFileCacheBytes(), limitBytes, freemem());
	return { totalBytes: limitBytes, availableBytes };
}

function readFileCacheBytes(): number {
	const own = /^\d+:(?:[^:\n]*\bmemory\b[^:\n]*)?:(\/.*)$/m.exec(readOrEmpty('/proc/self/cgroup'))?.[1] ?? '/';
	// Inside a container the path is the machine’s, and the folder its own.
	const folders = ['/sys/fs/cgroup', '/sys/fs/cgroup/memory'].flatMap((root) => [join(root, own), root]);
	for (const folder of folders) {
		const bytes = fileCacheBytes(readOrEmpty(join(folder, 'memory.stat')));
		if (bytes !== null) return bytes;
	}
	return 0;
}

/** Bytes of files in a container’s memory that can be dropped, by its `memory.stat`; null when it does not say. */
export function fileCacheBytes(stat: string): number | null {
	const [inactive, active] = ['inactive_file', 'active_file'].map(
		(name) => new RegExp(`^total_${name} (\\d+)$`, 'm').exec(stat) ?? new RegExp(`^${name} (\\d+)$`, 'm').exec(stat),
	);
	return inactive && active ? Number(inactive[1]) + Number(active[1]) : null;
}

function readOrEmpty(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}
