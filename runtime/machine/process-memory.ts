import { readFile } from 'node:fs/promises';

/** What one process holds at this moment. */
export interface ProcessMemory {
	/** Bytes in memory. As `pss`, a page that several processes share counts with each in part; as `rss`, in full. */
	readonly residentBytes: number;
	/** Bytes of it that no file stands behind: nothing but the process’s end, or its own doing, gives them back. */
	readonly ownBytes: number;
	readonly source: 'pss' | 'rss';
}

/** Null: the process is gone, or the system does not say (any but Linux). */
export type ReadProcessMemory = (pid: number) => Promise<ProcessMemory | null>;

/** Reads Linux’s account of a process, without holding up the event loop. */
export const readProcessMemory: ReadProcessMemory = async (pid) => {
	if (process.platform !== 'linux') return null;
	const rollup = parseRollup(await readOrEmpty(`/proc/${pid}/smaps_rollup`));
	// The kernel may lack it, or keep it from us; the plain figure is there for everyone.
	return rollup ?? parseStatus(await readOrEmpty(`/proc/${pid}/status`));
};

/** `/proc/PID/smaps_rollup`; null when it has no figures. */
export function parseRollup(text: string): ProcessMemory | null {
	const [pss, anonymous, shared] = ['Pss', 'Pss_Anon', 'Pss_Shmem'].map((name) => bytesOf(text, name));
	if (!pss) return null;
	return { residentBytes: pss, ownBytes: (anonymous ?? pss) + (shared ?? 0), source: 'pss' };
}

/** `/proc/PID/status`; null when it has no figures, as of a process that is dead and not yet collected. */
export function parseStatus(text: string): ProcessMemory | null {
	const [rss, anonymous, shared] = ['VmRSS', 'RssAnon', 'RssShmem'].map((name) => bytesOf(text, name));
	if (!rss) return null;
	return { residentBytes: rss, ownBytes: (anonymous ?? rss) + (shared ?? 0), source: 'rss' };
}

function bytesOf(text: string, name: string): number | null {
	const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
	return kib === undefined ? null : Number(kib) * 1024;
}

async function readOrEmpty(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch {
		return '';
	}
}
