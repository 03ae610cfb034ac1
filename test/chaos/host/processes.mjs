// What Linux tells of processes.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Process ids of all that `pid` started, and of all that they started; the dead that nobody has noticed are left out. */
export function descendantsOf(pid) {
	const children = new Map();
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		// The name of a process may hold anything, a parenthesis too.
		const [state, parent] = read(`/proc/${name}/stat`)
			.replace(/^.*\) /s, '')
			.split(' ');
		if (state === undefined || state === 'Z' || state === '') continue;
		children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
	}
	const below = (parent) => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
	return below(pid);
}

/** Resident bytes of one process. 0 when it is gone. */
export function residentBytes(pid) {
	return kilobytes(read(`/proc/${pid}/status`), 'VmRSS');
}

/** The most that were ever resident. 0 when it is gone. */
export function peakResidentBytes(pid) {
	return kilobytes(read(`/proc/${pid}/status`), 'VmHWM');
}

/**
 * Resident bytes of processes that the system cannot take back by itself: without the pages of files, which processes of
 * others share as they come and go.
 */
export function anonymousBytes(pids) {
	return pids.reduce((sum, pid) => sum + kilobytes(read(`/proc/${pid}/status`), 'RssAnon'), 0);
}

/** How many open descriptors of each kind a process has: `socket`, `pipe`, `anon_inode`, `file`. */
export function descriptors(pid) {
	const counts = { socket: 0, pipe: 0, anon_inode: 0, file: 0 };
	for (const name of list(`/proc/${pid}/fd`)) {
		const [kind] = link(`/proc/${pid}/fd/${name}`).split(':');
		counts[kind in counts ? kind : 'file']++;
	}
	return counts;
}

function kilobytes(text, name) {
	return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

function read(file) {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}

function list(folder) {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function link(file) {
	try {
		return readlinkSync(file);
	} catch {
		return 'file';
	}
}
