// Runs inside n8n's process (`--import`) and measures its event loop, memory and garbage collection. Asked over a socket:
// `/start` begins anew, `/stop` answers the figures since then, of all and of the time inside the Embed node.
import { createServer } from 'node:http';
import Module from 'node:module';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

const RESOLUTION_MS = 5;
const SAMPLE_MS = 1_000;

let all = null;
/** Since the Embed node began; kept after its end. */
let node = null;

class Window {
	#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	#startMs = performance.now();
	#usage = process.cpuUsage();
	worstGcMs = 0;
	gcMs = 0;
	peakRss = 0;

	constructor() {
		this.#delay.enable();
		this.sample();
	}

	sample() {
		this.peakRss = Math.max(this.peakRss, process.memoryUsage.rss());
	}

	collected(durationMs) {
		this.worstGcMs = Math.max(this.worstGcMs, durationMs);
		this.gcMs += durationMs;
	}

	end() {
		this.sample();
		this.#delay.disable();
		const { user, system } = process.cpuUsage(this.#usage);
		this.figures = {
			elapsedMs: performance.now() - this.#startMs,
			cpuMs: (user + system) / 1_000,
			// A sample is the time between two beats of a timer: what is over its step is delay.
			worstMs: this.#delay.max / 1e6 - RESOLUTION_MS,
			p99Ms: this.#delay.percentile(99) / 1e6 - RESOLUTION_MS,
			worstGcMs: this.worstGcMs,
			gcMs: this.gcMs,
			peakRss: this.peakRss,
		};
	}
}

setInterval(() => [all, node].forEach((window) => window?.sample()), SAMPLE_MS).unref();

new PerformanceObserver((list) => {
	for (const { duration } of list.getEntries()) for (const window of [all, node]) window?.collected(duration);
}).observe({ entryTypes: ['gc'] });

const load = Module._load;
Module._load = function (request, ...rest) {
	const exported = load.call(this, request, ...rest);
	if (/Embed\.node\.js$/.test(request)) measure(exported.Embed.prototype);
	return exported;
};

const measured = new WeakSet();
function measure(prototype) {
	if (measured.has(prototype)) return;
	measured.add(prototype);
	const { execute } = prototype;
	prototype.execute = async function () {
		node = new Window();
		try {
			return await execute.call(this);
		} finally {
			node.end();
		}
	};
}

const server = createServer((request, response) => {
	if (request.url === '/start') {
		globalThis.gc?.();
		node = null;
		all = new Window();
		response.end(JSON.stringify({ rss: process.memoryUsage.rss() }));
		return;
	}
	all.end();
	response.end(JSON.stringify({ all: all.figures, node: node?.figures ?? null }));
});
server.listen(process.env.PROBE_SOCKET);
server.unref();
