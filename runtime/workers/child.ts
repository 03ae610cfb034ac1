import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';

import { toErrorMessage } from '../base/errors';
import { Embedder } from '../session/embedder';
import { Channel, CHANNEL_DESCRIPTOR } from './channel';
import type { FromWorker, ToWorker } from './protocol';

// The process that holds one session. It ends when told to, or when the channel to its host closes, which the system
// does even if the host was killed; a run is synchronous, so no run is ever cut short by either.
let embedder: Embedder | null = null;

let last = Promise.resolve();

fallFirst();

const host = new Channel(new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true }));
host.on('message', (sent) => {
	const message = sent as ToWorker;
	if (message.type === 'exit') process.exit(0);
	// One after another, so that each answer’s time is its own.
	last = last.then(() => handle(message));
});
host.on('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches the whole process group; the host decides when its workers go.
process.on('SIGINT', () => {});

type Question = Exclude<ToWorker, { type: 'exit' }>;

async function handle(message: Question): Promise<void> {
	try {
		send(await answer(message));
	} catch (error) {
		send({ type: 'failed', id: message.id, error: toErrorMessage(error) });
	}
}

async function answer(message: Question): Promise<FromWorker> {
	const { id } = message;
	if (message.type === 'load') {
		embedder = await Embedder.load(message);
		return { type: 'loaded', id, model: embedder.loaded };
	}
	if (!embedder) throw new Error('asked to run before a model was loaded');
	const start = performance.now();
	const rows = await embedder.embed(message.batch, message.width);
	return { type: 'vectors', id, ...rows, inferenceMs: performance.now() - start };
}

function send(message: FromWorker): void {
	// The host may be gone by the time a run is done; then it is lost.
	host.send(message);
}

/** Where memory runs out the system shall end this process, which can be replaced, and not its host. */
function fallFirst(): void {
	try {
		writeFileSync('/proc/self/oom_score_adj', '500');
	} catch {
		// Not Linux, or forbidden.
	}
}
