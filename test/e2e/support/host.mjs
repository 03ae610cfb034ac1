// The embed host, asked without the node in between.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Agent, request } from 'undici';

import { state } from './n8n.mjs';

const socketAgent = new Agent({ connect: { socketPath: state.socket } });

export async function askHost(method, path, body) {
	const answer = await request(`http://localhost${path}`, {
		method,
		dispatcher: socketAgent,
		...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
	});
	return answer.body.json();
}

/** One list of numbers a text, each exactly a float32. */
export async function vectorsOf(texts, fields = {}) {
	const { data } = await askHost('POST', '/v1/embeddings', { input: texts, encoding_format: 'base64', ...fields });
	return data.map(({ embedding }) => floats(embedding));
}

/** @param base64 of little-endian float32 */
export function floats(base64) {
	const bytes = Buffer.from(base64, 'base64');
	return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

/** A host on TCP with a key: the installed package's own command. */
export async function serveWithKey(apiKey) {
	const cli = join(state.packageFolder, 'dist/runtime/cli.js');
	const child = spawn(state.runtime.node, [cli, 'serve', '--port', '0'], {
		env: { ...state.environment, EMBED_SOCKET: undefined, EMBED_API_KEY: apiKey },
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const exited = new Promise((resolve) => child.once('exit', resolve));
	const line = await Promise.race([
		new Promise((resolve) => createInterface(child.stdout).once('line', resolve)),
		exited.then((code) => Promise.reject(new Error(`serve ended with code ${code}`))),
	]);
	return {
		url: JSON.parse(line).listening,
		stop: () => {
			child.kill('SIGTERM');
			return exited;
		},
	};
}
