// Finds and ends what an n8n started: its task runners, the embed host, the host's workers.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const HOST_ENDS_WITHIN_MS = 15_000;

export function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

/** Ends the embed host on this socket, if there is one. */
export async function endHost(socket) {
	const pid = hostPid(socket);
	if (pid === null || !signal(pid, 'SIGTERM')) return;
	if (await until(() => !isAlive(pid), HOST_ENDS_WITHIN_MS)) return;
	signal(pid, 'SIGKILL');
}

/** Process id of the embed host on this socket; null where there is none. */
export function hostPid(socket) {
	try {
		return Number.parseInt(readFileSync(`${socket}.pid`, 'utf8'), 10) || null;
	} catch {
		return null;
	}
}

/**
 * Processes whose environment names this socket: an n8n, and all that descends from it. Only Linux shows environments;
 * elsewhere the list is empty.
 */
export function processesOf(socket) {
	if (process.platform !== 'linux') return [];
	return readdirSync('/proc')
		.filter(
			(name) =>
				/^\d+$/.test(name) &&
				Number(name) !== process.pid &&
				read(`/proc/${name}/environ`).split('\0').includes(`EMBED_SOCKET=${socket}`),
		)
		.map((name) => ({ pid: Number(name), command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim() }));
}

function read(file) {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		// Ended meanwhile, or another user's.
		return '';
	}
}

/** @returns whether there was something to send it to; a negative id means a process group */
export function signal(pid, name) {
	try {
		process.kill(pid, name);
		return true;
	} catch {
		return false;
	}
}

/** Waits until the condition holds. @returns whether it came to hold in time */
export async function until(condition, withinMs) {
	const deadline = performance.now() + withinMs;
	while (!(await condition())) {
		if (performance.now() > deadline) return false;
		await wait(100);
	}
	return true;
}
