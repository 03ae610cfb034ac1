import { linkSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';

import { EmbedError } from '../base/errors';
import { isAlive } from '../base/process-alive';
import { ensurePrivateFolder } from '../base/private-folder';

/** The right of one process to listen on a socket path. */
export interface SocketClaim {
	/** Idempotent. */
	release(): void;
}

/** Bytes of a path that every system’s socket address has room for. */
const MAX_SOCKET_PATH_BYTES = 103;
/** How long after its claim a host may take to listen. */
const START_GRACE_MS = 30_000;
/** Claims that this process holds: one with our process id may also be of an earlier life of a container. */
const claimedHere = new Set<string>();

/**
 * Lets one process at a time listen on `socket`: two nodes may start a host in the same moment, and a host that was
 * killed leaves its files behind. The claim is a file with the owner’s process id.
 * @throws EmbedError `address_in_use` when a living process has it, `host_not_private` when the folder is not ours
 */
export async function claimSocket(socket: string): Promise<SocketClaim> {
	if (process.platform === 'win32') return { release() {} };
	if (Buffer.byteLength(socket) > MAX_SOCKET_PATH_BYTES) {
		throw new EmbedError(
			'invalid_request',
			`The socket’s path is longer than ${MAX_SOCKET_PATH_BYTES} bytes: ${socket}. Choose a shorter one`,
		);
	}
	ensurePrivateFolder(dirname(socket));
	const claim = `${socket}.pid`;
	await takeClaim(claim, socket);
	claimedHere.add(claim);
	const release = () => {
		claimedHere.delete(claim);
		if (readOwner(claim) !== process.pid) return;
		rmSync(socket, { force: true });
		rmSync(claim, { force: true });
	};
	try {
		await removeStaleSocket(socket);
	} catch (error) {
		claimedHere.delete(claim);
		rmSync(claim, { force: true });
		throw error;
	}
	return { release };
}

async function takeClaim(claim: string, socket: string): Promise<void> {
	for (;;) {
		if (placeClaim(claim)) return;
		const owner = readOwner(claim);
		if (owner !== null && (await isHeld(claim, owner, socket)))
			throw inUse(socket, `the embed host with process id ${owner}`);
		setAside(claim, owner);
	}
}

/** Written elsewhere and then linked into place: nobody ever reads a claim that has no owner yet. */
function placeClaim(claim: string): boolean {
	const written = `${claim}.${process.pid}.new`;
	writeFileSync(written, String(process.pid), { mode: 0o600 });
	try {
		linkSync(written, claim);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	} finally {
		rmSync(written, { force: true });
	}
}

/** Removes a dead owner’s claim. Of several who try, one renames it; a living claim caught by mistake is put back. */
function setAside(claim: string, deadOwner: number | null): void {
	const aside = `${claim}.${process.pid}.stale`;
	try {
		renameSync(claim, aside);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
		throw error;
	}
	if (readOwner(aside) === deadOwner) rmSync(aside, { force: true });
	else renameSync(aside, claim);
}

function readOwner(claim: string): number | null {
	try {
		return Number.parseInt(readFileSync(claim, 'utf8'), 10) || null;
	} catch {
		return null;
	}
}

/** A process id alone proves little: after a restart, of a container for instance, it may be somebody else’s, or ours. */
async function isHeld(claim: string, owner: number, socket: string): Promise<boolean> {
	if (owner === process.pid) return claimedHere.has(claim);
	if (!isAlive(owner)) return false;
	const { mtimeMs } = lstatSync(claim, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
	return Date.now() - mtimeMs < START_GRACE_MS || (await answers(socket));
}

async function removeStaleSocket(socket: string): Promise<void> {
	const found = lstatSync(socket, { throwIfNoEntry: false });
	if (!found) return;
	if (!found.isSocket()) throw inUse(socket, 'a file that is not a socket; move it away');
	if (await answers(socket)) throw inUse(socket, 'another program');
	rmSync(socket, { force: true });
}

function answers(socket: string): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = connect(socket);
		probe.once('connect', () => {
			probe.destroy();
			resolve(true);
		});
		probe.once('error', () => resolve(false));
	});
}

function inUse(socket: string, by: string): EmbedError {
	return new EmbedError('address_in_use', `${socket} is taken by ${by}`);
}
