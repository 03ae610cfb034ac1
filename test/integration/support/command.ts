import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { nodeFor } from './node-for-user';
import { cli } from './paths';
import { cleanEnvironment } from './processes';

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface CommandOptions {
	readonly environment?: NodeJS.ProcessEnv;
	readonly uid?: number;
}

/** Longer than any command that ends by itself; one that does not is killed, and its code is null. */
const LIMIT_MS = 60_000;

/** The package’s command, run to its end. */
export function runCli(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
	return runNode([cli, ...args], options);
}

export async function runNode(args: readonly string[], { environment, uid }: CommandOptions = {}): Promise<Ended> {
	const child = spawn(nodeFor(uid), args, {
		env: cleanEnvironment(environment),
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: LIMIT_MS,
		killSignal: 'SIGKILL',
		...(uid !== undefined && { uid, gid: uid }),
	});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, stdout, stderr };
}
