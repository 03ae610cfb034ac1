// Less memory than large batches need: the worker falls, the host goes on with smaller ones.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { limitAddressSpace, MemoryCgroup } from '../host/memory-cgroup.mjs';
import { descendantsOf, peakResidentBytes, residentBytes } from '../host/processes.mjs';
import { sendRequest } from '../load/send-request.mjs';
import { Tally } from '../load/tally.mjs';
import { check, nothingLost } from '../verdict.mjs';

const LISTS = { short: 6, long: 60 };
const LIST_TEXTS = 64;
/** What an earlier life of the host would have learned on a device where large batches are quick. */
const LARGE_BATCHES = [
	{ tokens: 256, msPerToken: 1, runs: 1_000 },
	{ tokens: 8_192, msPerToken: 0.0001, runs: 1_000 },
];
/** Of what large batches take beside the model, so much is left to the host and its worker. */
const LEFT_SHARE = 0.8;
/** By then an idle host has measured what it wants to know. */
const IDLE_MEASURE_MS = 2_000;
const ARGS = ['--cache-bytes', '0', '--max-workers', '1'];

/** The whole host in a memory cgroup, as in a container; the system kills whom it finds largest. */
export async function memoryLimit(chaos) {
	const group = MemoryCgroup.create();
	if (!group) return { figures: { notRun: '"no memory cgroup can be made here"' }, checks: [] };
	try {
		return await starve(chaos, {
			wrap: group.wrap,
			begin: (_, roomBytes) => group.limit(group.usedBytes + roomBytes),
			hits: () => group.kills,
		});
	} finally {
		group.remove();
	}
}

/** Each worker has a limit of its own, past which the system refuses it memory. */
export function starvedWorker(chaos) {
	let isDone = false;
	let lastWorker = null;
	return starve(chaos, {
		begin: async (host, roomBytes) => {
			const limitWorkers = async () => {
				const { workers } = isDone ? { workers: [] } : await host.model();
				for (const { pid, state } of workers) {
					// A worker that loads still grows by the model.
					if (state === 'loading' || pid === lastWorker || !limitAddressSpace(pid, roomBytes)) continue;
					lastWorker = pid;
				}
			};
			await limitWorkers();
			if (lastWorker === null) throw new Error('prlimit could not limit the worker');
			const timer = setInterval(() => void limitWorkers().catch(() => {}), 100);
			return () => {
				isDone = true;
				clearInterval(timer);
			};
		},
		hits: (host) => (host.warnings['run failed'] ?? 0) + (host.warnings['worker died during a run'] ?? 0),
	});
}

async function starve({ isLong, startHost, golden }, { wrap, begin, hits }) {
	const cacheDir = mkdtempSync(join(tmpdir(), 'embed-chaos-cache-'));
	let end;
	let host;
	try {
		await learnLargeBatches(startHost, golden, cacheDir);
		const plenty = await measurePlenty(startHost, golden, cacheDir);
		host = await startHost(ARGS, { wrap, cacheDir });
		const target = { address: host.address, golden };
		await sendRequest(target, { kind: 'single', indices: [0] });
		// A run beside the self-test, or beside measuring, would not be blamed.
		while ((await host.model()).batching === null) await wait(50);
		await wait(IDLE_MEASURE_MS);
		const roomBytes = Math.round(LEFT_SHARE * plenty.takenBytes);
		end = await begin(host, roomBytes);
		const { tally, tokensPerBatch } = await sendLists(host, target, isLong ? LISTS.long : LISTS.short);
		end?.();
		const count = hits(host);
		return {
			figures: {
				largeBatchesTakeMb: Math.round(plenty.takenBytes / 1e6),
				roomMb: Math.round(roomBytes / 1e6),
				hits: count,
				tokensPerBatch: `${plenty.tokensPerBatch} with plenty ${tokensPerBatch} with little`,
				...tally.figures,
			},
			checks: [
				...nothingLost(tally),
				check('the limit was hit', count > 0, count),
				check('the host survived', host.isAlive, host.lastLog),
				check('batches are smaller', tokensPerBatch < plenty.tokensPerBatch, tokensPerBatch),
			],
		};
	} finally {
		end?.();
		await host?.close();
		rmSync(cacheDir, { recursive: true, force: true });
	}
}

/** The host writes down what it learned when it unloads the model; there it is exaggerated. */
async function learnLargeBatches(startHost, golden, cacheDir) {
	const host = await startHost([...ARGS, '--idle-timeout-s', '0.2'], { cacheDir });
	await sendRequest({ address: host.address, golden }, { kind: 'single', indices: [0] });
	while ((await host.model()).state !== 'cold' || (await host.model()).batching === null) await wait(100);
	await host.close();
	const folder = join(cacheDir, 'tuning');
	const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json'));
	for (const name of files) {
		const known = JSON.parse(readFileSync(join(folder, name), 'utf8'));
		writeFileSync(join(folder, name), JSON.stringify({ ...known, quick: LARGE_BATCHES }));
	}
}

/** What large batches take beside the model, and how large they are, when nothing is in the way. */
async function measurePlenty(startHost, golden, cacheDir) {
	const host = await startHost(ARGS, { cacheDir });
	try {
		const target = { address: host.address, golden };
		await sendRequest(target, { kind: 'single', indices: [0] });
		const [worker] = descendantsOf(host.pid);
		const before = residentBytes(worker);
		const { tokensPerBatch } = await sendLists(host, target, 2);
		return { takenBytes: peakResidentBytes(worker) - before, tokensPerBatch };
	} finally {
		await host.close();
	}
}

/** Lists of long texts, two at a time. */
async function sendLists(host, target, lists) {
	const long = target.golden.texts.map((_, index) => index).filter((index) => index % 16 === 15);
	const tally = new Tally();
	const { batches: before } = await host.model();
	let sent = 0;
	const caller = async () => {
		while (sent < lists) {
			const variant = LIST_TEXTS * sent++;
			const indices = Array.from({ length: LIST_TEXTS }, (_, i) => long[(variant + i) % long.length]);
			tally.add(await sendRequest(target, { kind: 'bulk', indices, variant }));
		}
	};
	await Promise.all([caller(), caller()]);
	const { batches: after } = await host.model();
	const paddedTokens = after.paddedTokens - before.paddedTokens;
	return { tally, tokensPerBatch: Math.round(paddedTokens / (after.batches - before.batches)) };
}
