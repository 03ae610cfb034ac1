// Runs inside n8n's process (`--import`) and measures its event loop, memory and garbage collection. Asked over a socket:
// `/start` begins anew, `/stop` answers the figures since then, of all and of the time inside the Embed node.
//
// Delay is what n8n's other work suffers, on a busy machine also from processes that take the processor away. Busy time is the
// processor time that n8n's thread itself used between two beats of a timer: what its own code is to blame for.
import { createServer } from 'node:http';
import Module from 'node:module';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

const RESOLUTION_MS = 5;
/** Busy time and collections over this are listed, with when they were. */
const LONG_MS = 40;
const KINDS = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weak' };
const SAMPLE_MS = 1_000;

const readClocks = () => ({ atMs: performance.now(), ...process.threadCpuUsage() });

let all = null;
/** Since the Embed node began; kept after its end. */
let node = null;

class Window {
	#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	#startMs = performance.now();
	#usage = process.cpuUsage();
	#last = readClocks();
	#busyMs = [];
	#long = [];
	worstGcMs = 0;
	gcMs = 0;
	peakRss = 0;
	peakHeap = 0;
	/** Null until the end. */
	figures = null;

	constructor() {
		this.#delay.enable();
		this.sample();
	}

	sample() {
		const { rss, heapUsed, external } = process.memoryUsage();
		this.peakRss = Math.max(this.peakRss, rss);
		this.peakHeap = Math.max(this.peakHeap, heapUsed + external);
	}

	beat(now) {
		if (this.figures !== null) return;
		const last = this.#last;
		const busyMs = (now.user + now.system - last.user - last.system) / 1_000;
		this.#busyMs.push(busyMs);
		const atMs = Math.round(last.atMs - this.#startMs);
		if (busyMs > LONG_MS) this.#long.push({ atMs, busyMs, delayMs: now.atMs - last.atMs });
		this.#last = now;
	}

	collected({ startTime, duration, detail }) {
		if (startTime < this.#startMs || this.figures !== null) return;
		this.worstGcMs = Math.max(this.worstGcMs, duration);
		this.gcMs += duration;
		if (duration > LONG_MS)
			this.#long.push({ atMs: Math.round(startTime - this.#startMs), gcMs: duration, kind: KINDS[detail.kind] });
	}

	end() {
		this.beat(readClocks());
		this.sample();
		this.#delay.disable();
		const { user, system } = process.cpuUsage(this.#usage);
		const busyMs = this.#busyMs.sort((a, b) => a - b);
		this.figures = {
			elapsedMs: performance.now() - this.#startMs,
			cpuMs: (user + system) / 1_000,
			// A sample is the time between two beats of a timer: what is over its step is delay.
			worstMs: this.#delay.max / 1e6 - RESOLUTION_MS,
			p99Ms: this.#delay.percentile(99) / 1e6 - RESOLUTION_MS,
			worstBusyMs: busyMs.at(-1) ?? 0,
			p99BusyMs: busyMs[Math.floor(busyMs.length * 0.99)] ?? 0,
			long: this.#long,
			worstGcMs: this.worstGcMs,
			gcMs: this.gcMs,
			peakRss: this.peakRss,
			peakHeap: this.peakHeap,
		};
	}
}

setInterval(() => [all, node].forEach((window) => window?.sample()), SAMPLE_MS).unref();

setInterval(() => {
	const now = readClocks();
	for (const window of [all, node]) window?.beat(now);
}, RESOLUTION_MS).unref();

new PerformanceObserver((list) => {
	for (const entry of list.getEntries()) for (const window of [all, node]) window?.collected(entry);
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
		const { rss, heapUsed, external } = process.memoryUsage();
		response.end(JSON.stringify({ rss, heap: heapUsed + external }));
		return;
	}
	all.end();
	response.end(JSON.stringify({ all: all.figures, node: node?.figures ?? null }));
});
server.listen(process.env.PROBE_SOCKET);
server.unref();
