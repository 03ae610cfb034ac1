import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { expect } from 'vitest';

/** In the environment of every process that a test file starts, and so of all that those start. */
export const MARK = `${process.pid}-${Math.random().toString(36).slice(2)}`;

/** A host that a client starts has one unless it is told otherwise; no test may touch the developer’s own. */
const NO_DISK_CACHE = { EMBED_DISK_CACHE_BYTES: '0', EMBED_CACHE_DIR: '/dev/null/none' };

/** The environment for what a test starts: nothing of the developer’s own set-up, and the mark. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	const foreign = /^(EMBED_|HF_|NODE_|VITEST|XDG_RUNTIME_DIR|npm_)/;
	const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return { ...Object.fromEntries(kept), HF_HOME: '/nonexistent', ...NO_DISK_CACHE, ...extra, EMBED_TEST_MARK: MARK };
}

/** Waits for a condition; fails, saying for what, when it does not come. */
export async function until(
	what: string,
	condition: () => boolean | Promise<boolean>,
	limitMs = 60_000,
): Promise<void> {
	const deadline = Date.now() + limitMs;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
		await wait(20);
	}
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
	return !isZombie(pid);
}

export async function untilGone(pid: number): Promise<void> {
	await until(`process ${pid} is gone`, () => !isAlive(pid));
}

/** Call last in a file’s `afterAll`: hosts, workers and detached processes alike must be gone. */
export async function expectNoProcessLeft(): Promise<void> {
	await until('all processes are gone', () => markedProcesses().length === 0, 15_000).catch(() => {});
	const left = markedProcesses();
	for (const { pid } of left) process.kill(pid, 'SIGKILL');
	expect(left).toEqual([]);
}

export const isLinux = process.platform === 'linux';

/** Ids of the processes that a process started and that are not gone; on Linux only. */
export function childrenOf(pid: number): number[] {
	const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	return ids
		.filter((id) => parentOf(id) === pid)
		.map(Number)
		.filter(isAlive);
}

function parentOf(id: string): number {
	// After the name, which may hold anything, come the state and the parent.
	return Number(readOrEmpty(`/proc/${id}/stat`).split(') ').at(-1)!.split(' ')[1]);
}

// Only Linux shows the environment of processes; elsewhere the check has nothing to go by.
function markedProcesses(): { pid: number; command: string }[] {
	if (process.platform !== 'linux') return [];
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter((name) => readOrEmpty(`/proc/${name}/environ`).includes(`EMBED_TEST_MARK=${MARK}`))
		.map((name) => ({ pid: Number(name), command: readOrEmpty(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }));
}

// Dead, and only waiting for whoever started it to notice.
function isZombie(pid: number): boolean {
	return process.platform === 'linux' && / Z /.test(readOrEmpty(`/proc/${pid}/stat`).replace(/\(.*\)/s, ''));
}

function readOrEmpty(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}
