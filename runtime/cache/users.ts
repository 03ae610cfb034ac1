import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';

import { isAlive } from '../base/process-alive';

/** `open`: has the files of a folder open, so they are sound. `renew`: is putting new files in their places. */
export type Use = 'open' | 'renew';

const claimOf = (folder: string, use: Use, pid: number) => join(folder, `${use}-${pid}`);

/** Tells other processes what this one does with the files of a folder. */
export function claimUse(folder: string, use: Use): void {
	writeFileSync(claimOf(folder, use, process.pid), '', { mode: 0o600 });
}

/** Idempotent. */
export function releaseUse(folder: string, use: Use): void {
	rmSync(claimOf(folder, use, process.pid), { force: true });
}

/** Whether another process claims this use. What killed ones left is removed. */
export function isUsedByOthers(folder: string, use: Use): boolean {
	const pids = readdirSync(folder)
		.filter((name) => name.startsWith(`${use}-`))
		.map((name) => Number(name.slice(use.length + 1)))
		.filter((pid) => Number.isInteger(pid) && pid > 0);
	return pids.filter((pid) => isUser(claimOf(folder, use, pid), pid)).length > 0;
}

function isUser(claim: string, pid: number): boolean {
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
