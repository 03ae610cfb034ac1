// Workers fail in every way that was thought of, under mixed load: each is noticed, replaced, and nobody is lost.
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

import { descendantsOf } from '../host/processes.mjs';
import { closeChannel, sendGarbage, sendNonsense } from '../host/worker-channel.mjs';
import { Callers } from '../load/callers.mjs';
import { check, nothingLost } from '../verdict.mjs';

const ROUNDS = { short: 1, long: 15 };
/** The host allows a run ten seconds at least, and more where programs wait for the processors. */
const NOTICED_WITHIN_MS = 60_000 * Math.max(1, loadavg()[0] / availableParallelism());
const BETWEEN_MS = 500;
/** After so many the host knows how long a run takes. */
const LEARNED_BATCHES = 100;

/** What is done to a worker in which state. */
const FAULTS = {
	abort: { state: 'busy', harm: (pid) => process.kill(pid, 'SIGABRT') },
	endWhileLoading: { state: 'loading', harm: (pid) => process.kill(pid, 'SIGKILL') },
	closedChannel: { state: 'busy', harm: closeChannel },
	garbage: { state: 'busy', harm: sendGarbage },
	nonsense: { state: 'busy', harm: sendNonsense },
	hang: { state: 'busy', harm: (pid) => process.kill(pid, 'SIGSTOP') },
};

export async function faultyWorkers({ isLong, startHost, golden }) {
	const host = await startHost(['--cache-bytes', '0']);
	let callers;
	try {
		callers = new Callers({ address: host.address, golden });
		// What is not known to be slow has to be given much more time.
		while ((await host.model()).batches.batches < LEARNED_BATCHES) await wait(100);
		const noticedMs = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, []]));
		for (let round = 0; round < (isLong ? ROUNDS.long : ROUNDS.short); round++) {
			for (const [name, fault] of Object.entries(FAULTS)) {
				noticedMs[name].push(await inflict(host, fault));
				await wait(BETWEEN_MS);
			}
		}
		const tally = await callers.stop();
		const worst = Object.entries(noticedMs).map(([name, times]) => [name, Math.round(Math.max(...times))]);
		return {
			figures: { ...Object.fromEntries(worst.map(([name, ms]) => [`${name}Ms`, ms])), ...tally.figures },
			checks: [
				...worst.map(([name, ms]) =>
					check(`${name} is noticed, and the worker replaced`, ms < Infinity, 'not in time'),
				),
				...nothingLost(tally),
				check('the host is the same', host.isAlive, host.lastLog),
				check('no process is left', (await host.close()).length === 0, 'some are'),
			],
		};
	} finally {
		void callers?.stop();
		await host.close();
	}
}

/** @returns milliseconds until the worker was gone and another one ready; Infinity when that took too long */
async function inflict(host, { state, harm }) {
	const victim = await workerIn(host, state);
	const start = performance.now();
	harm(victim);
	while (performance.now() - start < NOTICED_WITHIN_MS && host.isAlive) {
		await wait(20);
		if (descendantsOf(host.pid).includes(victim)) continue;
		const { workers } = await host.model();
		if (workers.some(({ pid, state }) => pid !== victim && state !== 'loading')) return performance.now() - start;
	}
	return Infinity;
}

/** Waits for a worker in this state; one that loads comes where one was killed. */
async function workerIn(host, state) {
	const deadline = performance.now() + NOTICED_WITHIN_MS;
	if (state === 'loading') process.kill(await workerIn(host, 'busy'), 'SIGKILL');
	while (performance.now() < deadline) {
		const found = (await host.model()).workers.find((worker) => worker.state === state);
		if (found) return found.pid;
		await wait(5);
	}
	throw new Error(`no worker was ${state} within ${NOTICED_WITHIN_MS} ms`);
}
