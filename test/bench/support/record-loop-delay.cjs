// Preloaded into a process (`node --require`): records how late its event loop is. On SIGUSR2, and at its end, it writes
// the figures as <LOOP_DELAY_FOLDER>/<pid>.json and begins anew. Threads and processes that it starts in turn write
// nothing, or a file of their own.
const { renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { isMainThread } = require('node:worker_threads');

const folder = process.env.LOOP_DELAY_FOLDER;
if (isMainThread && folder) {
	const delays = monitorEventLoopDelay({ resolution: 1 });
	delays.enable();
	const write = () => {
		const file = join(folder, `${process.pid}.json`);
		writeFileSync(`${file}.new`, JSON.stringify(figuresOf(delays)));
		// In one step: whoever waits for the file reads all of it.
		renameSync(`${file}.new`, file);
		delays.reset();
	};
	process.on('SIGUSR2', write);
	process.on('exit', write);
}

/** Milliseconds. A loop that is never late shows about 1: the timer’s own interval. */
function figuresOf(delays) {
	const ms = (nanoseconds) => Math.round(nanoseconds / 1e4) / 100;
	return {
		samples: delays.count,
		meanMs: ms(delays.mean),
		p50Ms: ms(delays.percentile(50)),
		p99Ms: ms(delays.percentile(99)),
		p999Ms: ms(delays.percentile(99.9)),
		maxMs: ms(delays.max),
	};
}
