// A model is loaded and unloaded again and again, and everything comes back each time.
import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { median } from '../../bench/statistics.mjs';
import { anonymousBytes, descendantsOf, descriptors, residentBytes } from '../host/processes.mjs';
import { QUIET_MEMORY } from '../host/quiet-memory.mjs';
import { sendRequest } from '../load/send-request.mjs';
import { Tally } from '../load/tally.mjs';
import { check, nothingLost } from '../verdict.mjs';

const CYCLES = { short: 12, long: 200 };
/** Code is compiled, buffers and threads are made; the tokenizer’s threads stay between cycles. */
const WARM_UP_CYCLES = { short: 12, long: 30 };
const IDLE_S = 0.4;
const UNLOADS_WITHIN_MS = 20_000;
/** How long what was taken may need to come back. */
const RETURNS_WITHIN_MS = 2_000;
const MOST_GROWTH_BYTES = 5e6;
const LEAST_RETURNED = 0.98;

export async function loadCycles({ isLong, startHost, golden }) {
	const args = ['--cache-bytes', '0', '--idle-timeout-s', String(IDLE_S)];
	const host = await startHost(args, { environment: QUIET_MEMORY });
	const tally = new Tally();
	const cycles = [];
	try {
		const form = isLong ? 'long' : 'short';
		const count = WARM_UP_CYCLES[form] + CYCLES[form];
		for (let i = 0; i < count; i++) cycles.push(await cycle(host, golden, tally, i));
		const measured = cycles.slice(WARM_UP_CYCLES[form]);
		const few = Math.min(5, Math.floor(measured.length / 2));
		const residentOf = (some) => median(some.map(({ idle }) => idle.residentBytes));
		const grownBytes = residentOf(measured.slice(-few)) - residentOf(measured.slice(0, few));
		const shares = measured.map(({ returned }) => returned);
		const [first, last] = [measured[0].idle, measured.at(-1).idle];
		const files = readdirSync(host.temporaryFolder);
		const left = await host.close();
		return {
			figures: {
				cycles: measured.length,
				loadMb: megabytes(median(measured.map(({ tookBytes }) => tookBytes))),
				returnedPercent: `${percent(Math.min(...shares))} least ${percent(median(shares))} median`,
				hostMb: `${megabytes(first.residentBytes)} to ${megabytes(last.residentBytes)}`,
				grownMb: megabytes(grownBytes),
				descriptors: `${text(first.descriptors)} to ${text(last.descriptors)}`,
				failed: tally.counts.failed,
				wrong: tally.counts.wrong,
			},
			checks: [
				...nothingLost(tally),
				check('the host grows by at most 5 MB', grownBytes <= MOST_GROWTH_BYTES, `${megabytes(grownBytes)} MB`),
				check(
					'each unload returns at least 98 %',
					shares.every((share) => share >= LEAST_RETURNED),
					shares.map(percent),
				),
				check(
					'no process is left after an unload',
					measured.every(({ idle }) => idle.processes === 0),
					'some are',
				),
				check(
					'no descriptor or socket is left',
					hasNoMore(first.descriptors, last.descriptors),
					text(last.descriptors),
				),
				check('no temporary file is left', files.length === 0, files.join()),
				check('no process is left at the end', left.length === 0, left),
			],
		};
	} finally {
		await host.close();
	}
}

/** Before, loaded, and after; bytes of the host and all that it started. */
async function cycle(host, golden, tally, i) {
	const beforeBytes = treeBytes(host);
	const request = { kind: 'single', indices: [i % golden.texts.length] };
	tally.add(await sendRequest({ address: host.address, golden }, request));
	const workers = descendantsOf(host.pid);
	if (workers.length === 0) throw new Error('the model was gone before it could be measured');
	const loadedBytes = treeBytes(host);
	await untilUnloaded(host);
	const idle = {
		processes: descendantsOf(host.pid).length,
		residentBytes: residentBytes(host.pid),
		descriptors: descriptors(host.pid),
	};
	const tookBytes = loadedBytes - beforeBytes;
	return { tookBytes, returned: await returnedShare(host, loadedBytes, tookBytes), idle };
}

/** Looks at processes and not at the host, whose answers would cost it memory. */
async function untilUnloaded(host) {
	const deadline = performance.now() + UNLOADS_WITHIN_MS;
	while (descendantsOf(host.pid).length > 0) {
		if (performance.now() > deadline) throw new Error(`still loaded after ${UNLOADS_WITHIN_MS} ms`);
		await wait(20);
	}
}

async function returnedShare(host, loadedBytes, tookBytes) {
	const deadline = performance.now() + RETURNS_WITHIN_MS;
	for (;;) {
		const share = (loadedBytes - treeBytes(host)) / tookBytes;
		if (share >= LEAST_RETURNED || performance.now() > deadline) return share;
		await wait(100);
	}
}

const hasNoMore = (first, last) => Object.keys(first).every((kind) => last[kind] <= first[kind]);
const treeBytes = (host) => anonymousBytes([host.pid, ...descendantsOf(host.pid)]);
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const percent = (share) => (100 * share).toFixed(1);
const text = (counts) =>
	Object.entries(counts)
		.map(([kind, count]) => `${count} ${kind}`)
		.join(' ');
