// The ways texts arrive, the same for every contender that is a function from texts to vectors.

/**
 * @param embed an async function of texts that returns one Float32Array each
 * @returns what a contender’s process answers to; times are milliseconds as the caller sees them
 */
export function drives(embed) {
	const stops = new Map();
	return {
		/** Lists one after another, `inFlight` at a time. @returns ms of all, and vectors if they are wanted */
		async lists({ lists, inFlight, wantVectors = false }) {
			const kept = [];
			const start = performance.now();
			await inLanes(lists, inFlight, async (list, place) => {
				const vectors = await embed(list);
				if (wantVectors) kept[place] = vectors.map(toBase64);
			});
			return { ms: performance.now() - start, ...(wantVectors && { vectors: kept.flat() }) };
		},
		/** Single texts by `concurrency` callers, each of whom sends the next one when it has its answer. */
		async closedLoop({ texts, concurrency }) {
			const latenciesMs = [];
			const start = performance.now();
			await inLanes(texts, concurrency, async (text) => {
				const began = performance.now();
				await embed([text]);
				latenciesMs.push(performance.now() - began);
			});
			return { ms: performance.now() - start, latenciesMs };
		},
		/**
		 * Single texts at fixed times, answered or not, until `stop` names this call or `count` are sent. A latency counts
		 * from the time at which its text was due: a caller that is kept from sending it waits as well.
		 */
		async openLoop({ texts, everyMs, count = Infinity, name }) {
			const answers = [];
			let stoppedAt = Infinity;
			stops.set(name, () => (stoppedAt = performance.now()));
			const start = performance.now();
			for (let sent = 0; sent < count; sent++) {
				const due = start + sent * everyMs;
				const early = due - performance.now();
				if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
				// What was due before the stop is sent all the same: those that had to wait longest must not be left out.
				if (due > stoppedAt) break;
				answers.push(embed([texts[sent % texts.length]]).then(() => performance.now() - due));
			}
			return { latenciesMs: await Promise.all(answers) };
		},
		async stop({ name }) {
			stops.get(name)?.();
		},
	};
}

async function inLanes(items, lanes, work) {
	let next = 0;
	const lane = async () => {
		while (next < items.length) {
			const place = next++;
			await work(items[place], place);
		}
	};
	await Promise.all(Array.from({ length: lanes }, lane));
}

function toBase64(vector) {
	return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}
