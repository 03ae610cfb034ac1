// Says every few seconds that a slow step is still under way, also while it blocks this thread.
import { Worker } from 'node:worker_threads';

const TICKER = `
const { writeSync } = require('node:fs');
const { label, everyMs } = require('node:worker_threads').workerData;
const start = Date.now();
setInterval(() => writeSync(2, '  ' + label + ': ' + Math.round((Date.now() - start) / 1000) + ' s\\n'), everyMs);
`;

export function withProgress(label, action, everyMs = 5_000) {
	const ticker = new Worker(TICKER, { eval: true, workerData: { label, everyMs } });
	ticker.unref();
	try {
		return action();
	} finally {
		void ticker.terminate();
	}
}
