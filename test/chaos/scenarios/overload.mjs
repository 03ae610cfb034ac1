// Four times as much work comes as the host can do.
import { setTimeout as wait } from 'node:timers/promises';

import { residentBytes } from '../host/processes.mjs';
import { QUIET_MEMORY } from '../host/quiet-memory.mjs';
import { Samples } from '../host/samples.mjs';
import { Arrivals } from '../load/arrivals.mjs';
import { sendRequest } from '../load/send-request.mjs';
import { check, nothingLost } from '../verdict.mjs';

const LENGTH_MS = { short: 15_000, long: 180_000 };
const CAPACITY_MS = { short: 6_000, long: 20_000 };
/** A full queue, and refusals, have buffers and a heap of their own size; only then memory has to be flat. */
const LEAD_IN_MS = 5_000;
const TIMES = 4;
const LIST_TEXTS = 64;
const SINGLES_PER_S = 10;
/** How much work may wait, in seconds of the measured capacity. */
const QUEUE_S = 1;
/** Lists take turns, so those in the queue are half done on average: twice as many as fit share the rate. */
const TURNS = 2;
/** The time over which the host’s rate is looked at: others use the machine as well. */
const RATE_WINDOW_MS = 5_000;
/** As the host bounds a run. */
const RUN_MS = 200;
/** The harness encodes, decodes and checks on the cores of the host. */
const TOLERANCE = 1.25;
const REFUSED_WITHIN_MS = 250;
const MOST_GROWTH_BYTES = 16e6;
const RECOVERS_WITHIN_MS = 5_000;

export async function overload({ isLong, startHost, golden }) {
	const capacity = await measureCapacity(startHost, golden, isLong ? CAPACITY_MS.long : CAPACITY_MS.short);
	const maxQueuedTokens = Math.round(QUEUE_S * capacity.tokensPerS);
	const host = await startHost(['--cache-bytes', '0', '--max-queued-tokens', String(maxQueuedTokens)], {
		environment: QUIET_MEMORY,
	});
	try {
		const target = { address: host.address, golden };
		const listsPerS = (TIMES * capacity.textsPerS) / LIST_TEXTS;
		await warmUp(target);
		const arrivals = new Arrivals(target, { listsPerS, size: LIST_TEXTS, singlesPerS: SINGLES_PER_S });
		await wait(LEAD_IN_MS);
		const memory = new Samples(() => residentBytes(host.pid));
		const progress = new Samples(async () => ({
			ms: performance.now(),
			tokens: (await host.model()).batches.realTokens,
		}));
		await wait(isLong ? LENGTH_MS.long : LENGTH_MS.short);
		memory.stop();
		progress.stop();
		const stopped = arrivals.stop();
		const recoveredMs = await recovery(host, target);
		const tally = await stopped;
		const tokensPerS = slowestRate(await Promise.all(progress.values));
		const boundMs = Math.round(TOLERANCE * ((TURNS * 1_000 * maxQueuedTokens) / tokensPerS + RUN_MS));
		const acceptedMs = tally.latencyMs(0.99);
		const refusedMs = tally.latencyMs(0.99, 'refused');
		const refusedShare =
			tally.count('refused', 'bulk') / (tally.count('refused', 'bulk') + tally.count('answered', 'bulk'));
		const growthMb = memory.growth / 1e6;
		return {
			figures: {
				capacityTextsPerS: Math.round(capacity.textsPerS),
				offeredTextsPerS: Math.round(listsPerS * LIST_TEXTS) + SINGLES_PER_S,
				...tally.figures,
				refusedListsPercent: Math.round(100 * refusedShare),
				boundMs,
				refusedMs: `${tally.latencyMs(0.5, 'refused')} p50 ${refusedMs} p99`,
				hostMb: `${Math.round(memory.values[0] / 1e6)} to ${Math.round(memory.values.at(-1) / 1e6)}`,
				growthMb: growthMb.toFixed(1),
				recoveredMs,
			},
			checks: [
				...nothingLost(tally, { mayRefuse: true }),
				check('more than half of the lists was refused', refusedShare > 0.5, refusedShare),
				check('what is accepted keeps its bound', acceptedMs <= boundMs, `${acceptedMs} ms of ${boundMs}`),
				check('the rest is refused at once', refusedMs <= REFUSED_WITHIN_MS, `${refusedMs} ms`),
				check('memory is flat', memory.growth <= MOST_GROWTH_BYTES, `${growthMb.toFixed(1)} MB more`),
				check('it recovers within 5 s', recoveredMs <= RECOVERS_WITHIN_MS, `${recoveredMs} ms`),
			],
		};
	} finally {
		await host.close();
	}
}

/** Tokens a second of the window in which the host, or the machine, was slowest. */
function slowestRate(progress) {
	const rates = progress.flatMap(({ ms, tokens }) => {
		const end = progress.find((later) => later.ms >= ms + RATE_WINDOW_MS);
		return end ? [(1_000 * (end.tokens - tokens)) / (end.ms - ms)] : [];
	});
	return Math.min(...rates);
}

/** Texts and tokens a second of a host that has just enough to do. */
async function measureCapacity(startHost, golden, ms) {
	const host = await startHost(['--cache-bytes', '0']);
	try {
		const target = { address: host.address, golden };
		await warmUp(target);
		let texts = 0;
		const { batches: before } = await host.model();
		const start = performance.now();
		const caller = async () => {
			while (performance.now() - start < ms) {
				const indices = Array.from({ length: LIST_TEXTS }, (_, i) => (texts + i) % golden.texts.length);
				const request = sendRequest(target, { kind: 'bulk', indices, variant: texts });
				texts += LIST_TEXTS;
				await request;
			}
		};
		await Promise.all([caller(), caller(), caller(), caller()]);
		const { batches: after } = await host.model();
		const seconds = (performance.now() - start) / 1_000;
		return { textsPerS: texts / seconds, tokensPerS: (after.realTokens - before.realTokens) / seconds };
	} finally {
		await host.close();
	}
}

/** All workers are there, and the sizes of batches are known well enough. */
async function warmUp(target) {
	const indices = target.golden.texts.map((_, index) => index);
	for (let i = 0; i < 3; i++) {
		await sendRequest(target, { kind: 'bulk', indices });
	}
}

/** @returns milliseconds until nothing waits and a request is taken again */
async function recovery(host, target) {
	const start = performance.now();
	while (performance.now() - start < 2 * RECOVERS_WITHIN_MS) {
		const { queue } = await host.model();
		if (queue.texts === 0) {
			const indices = Array.from({ length: LIST_TEXTS }, (_, i) => i);
			const { outcome } = await sendRequest(target, { kind: 'bulk', indices });
			if (outcome === 'answered') return Math.round(performance.now() - start);
		}
		await wait(50);
	}
	return Infinity;
}
