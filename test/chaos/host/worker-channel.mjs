// Lays hands on the channel between a worker and its host, from outside.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';

const SCRIPT = fileURLToPath(new URL('worker-channel.pl', import.meta.url));
/** A worker’s descriptor of the channel. */
const DESCRIPTOR = 3;

/** Both directions end; the worker itself lives on. */
export function closeChannel(pid) {
	handle(pid, 'close', Buffer.alloc(0));
}

/** The host is told something that is no message. */
export function sendGarbage(pid) {
	handle(pid, 'write', framed(Buffer.from('no message at all')));
}

/** The host is told something that nobody asked for. */
export function sendNonsense(pid) {
	handle(pid, 'write', framed(serialize({ type: 'vectors', vectors: new Float32Array(384), nonFiniteRows: [] })));
}

function framed(bytes) {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(bytes.length);
	return Buffer.concat([length, bytes]);
}

function handle(pid, action, input) {
	const { status, stderr, error } = spawnSync('perl', [SCRIPT, String(pid), String(DESCRIPTOR), action], { input });
	if (status !== 0) throw new Error(`the channel of ${pid} could not be reached: ${error?.message ?? stderr}`);
}
