import type { IncomingMessage } from 'node:http';

/** More than this is not waited for: whoever sends it may see the connection cut instead of the refusal. */
const MAX_SWALLOWED_BYTES = 256 * 2 ** 20;
const MAX_WAIT_MS = 10_000;

/**
 * Reads a body that is refused to its end and throws it away. A server that answers and closes while the body is still
 * coming resets the connection, and the caller then sees a broken pipe instead of the answer.
 */
export function swallowBody(request: IncomingMessage): Promise<void> {
	return new Promise((resolve) => {
		let bytes = 0;
		const done = () => {
			clearTimeout(timer);
			request.off('data', count);
			resolve();
		};
		const count = ({ length }: Buffer) => {
			bytes += length;
			if (bytes > MAX_SWALLOWED_BYTES) done();
		};
		const timer = setTimeout(done, MAX_WAIT_MS);
		if (request.readableEnded || request.destroyed) return done();
		request.once('end', done).once('close', done).on('data', count).resume();
	});
}
