// A memory limit as a container has it: a cgroup (version 2 or 1) below this process’s own, where one may be made.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of the two versions, and where they say how much cannot be taken back, and how often the system killed. */
const VERSIONS = [
	{ root: '/sys/fs/cgroup', line: /^0::(.*)$/m, limit: 'memory.max', used: /^anon (\d+)/m, kills: 'memory.events' },
	{
		root: '/sys/fs/cgroup/memory',
		line: /^\d+:memory:(.*)$/m,
		limit: 'memory.limit_in_bytes',
		used: /^total_rss (\d+)/m,
		kills: 'memory.oom_control',
	},
];

// What an interrupted run leaves would never go away.
const made = new Set();
process.once('exit', () => made.forEach((group) => group.remove()));

export class MemoryCgroup {
	#folder;
	#version;

	constructor(folder, version) {
		this.#folder = folder;
		this.#version = version;
		made.add(this);
	}

	/** @returns null where this user may make none */
	static create() {
		for (const version of VERSIONS) {
			const [, own] = version.line.exec(readFileSync('/proc/self/cgroup', 'utf8')) ?? [];
			if (own === undefined) continue;
			const folder = join(version.root, own, `embed-chaos-${process.pid}`);
			try {
				mkdirSync(folder);
			} catch {
				continue;
			}
			const group = new MemoryCgroup(folder, version);
			// Version 2 gives no memory controller to the children of a group that has processes.
			if (existsSync(join(folder, version.limit))) return group;
			group.remove();
		}
		return null;
	}

	/** Command line that puts itself into the group and then becomes the command which follows it. */
	get wrap() {
		return ['/bin/sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', this.#folder];
	}

	get usedBytes() {
		return Number(this.#version.used.exec(this.#read('memory.stat'))?.[1] ?? 0);
	}

	/** How many processes the system killed for lack of memory. */
	get kills() {
		return Number(/^oom_kill (\d+)/m.exec(this.#read(this.#version.kills))?.[1] ?? 0);
	}

	limit(bytes) {
		writeFileSync(join(this.#folder, this.#version.limit), String(bytes));
	}

	/** Its processes must be gone. */
	remove() {
		made.delete(this);
		try {
			rmdirSync(this.#folder);
		} catch {
			// Somebody is in it still: it stays until the machine ends.
		}
	}

	#read(name) {
		return readFileSync(join(this.#folder, name), 'utf8');
	}
}

/** Lets a process that runs have so many more bytes of address space than it has now. @returns whether that worked */
export function limitAddressSpace(pid, moreBytes) {
	try {
		const size = /^VmSize:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
		execFileSync('prlimit', ['--pid', String(pid), `--as=${Number(size[1]) * 1024 + moreBytes}`], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}
