import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Where a host listens: a private socket of one user, or TCP. */
export type Address = { readonly socket: string } | { readonly url: string };

/**
 * The socket that all n8n processes of a user share: `$EMBED_SOCKET`, else in the user’s runtime folder. The package’s
 * version is part of the name, since a host’s workers are files of the version that started it.
 */
export function defaultSocket(version: string, environment: Readonly<Record<string, string | undefined>>): string {
	if (environment.EMBED_SOCKET) return environment.EMBED_SOCKET;
	if (process.platform === 'win32') return `\\\\.\\pipe\\n8n-nodes-embed-${userInfo().username}-${version}`;
	const folder = `n8n-nodes-embed-${process.getuid?.() ?? 'user'}`;
	return join(environment.XDG_RUNTIME_DIR || tmpdir(), folder, `host-${version}.sock`);
}

export function describeAddress(address: Address): string {
	return 'socket' in address ? address.socket : address.url;
}

/** Names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
