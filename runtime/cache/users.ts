import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';

const claimOf = (folder: string, pid: number) => join(folder, `open-${pid}`);

/** Says that this process has the files of a folder open, and so that they are sound. */
export function claimUse(folder: string): void {
	writeFileSync(claimOf(folder, process.pid), '', { mode: 0o600 });
}

/** Idempotent. */
export function releaseUse(folder: string): void {
	rmSync(claimOf(folder, process.pid), { force: true });
}

/** Whether another process has the files open. What killed ones left is removed. */
export function isUsedByOthers(folder: string): boolean {
	const pids = readdirSync(folder).flatMap((name) => /^open-(\d+)$/.exec(name)?.[1] ?? []);
	return pids.map(Number).filter((pid) => isUser(folder, pid)).length > 0;
}

function isUser(folder: string, pid: number): boolean {
	const claim = claimOf(folder, pid);
	const bootMs = Date.now() - uptime() * 1000;
	try {
		// Process ids are given again, after a start of the machine or in a new container mostly the same ones.
		if (pid !== process.pid && statSync(claim).mtimeMs > bootMs && isAlive(pid)) return true;
	} catch {
		// Left meanwhile.
	}
	rmSync(claim, { force: true });
	return false;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
