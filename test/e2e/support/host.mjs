// An embed host that a test runs beside n8n.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { root } from './n8n.mjs';

export async function spawnHost(args, environment) {
	const { EMBED_SOCKET: _socket, ...rest } = process.env;
	const child = spawn(process.execPath, [join(root, 'dist/runtime/cli.js'), 'serve', ...args], {
		env: { ...rest, ...environment },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [line] = await once(child.stdout, 'data');
	const exited = once(child, 'exit');
	return {
		...JSON.parse(String(line)),
		async stop() {
			child.kill('SIGTERM');
			await exited;
		},
	};
}
