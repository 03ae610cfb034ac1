// A random worker is killed every one to three seconds, and nobody may notice.
import { setTimeout as wait } from 'node:timers/promises';

import { seededRandom } from '../../bench/texts/random.mjs';
import { Callers } from '../load/callers.mjs';
import { sendRequest } from '../load/send-request.mjs';
import { check, nothingLost } from '../verdict.mjs';

const LENGTH_MS = { short: 20_000, long: 300_000 };
const EVERY_MS = { least: 1_000, most: 3_000 };
/** Where a load takes longer than this, kills come as much later: else hardly a worker would ever be loaded. */
const USUAL_LOAD_S = 0.6;
const LEAST_KILLS = 5;

export async function killedWorkers({ isLong, startHost, golden }) {
	const host = await startHost(['--cache-bytes', '0']);
	const random = seededRandom(3);
	const kills = { quick: 0, bulk: 0, loading: 0 };
	let slowness = 1;
	let callers;
	try {
		await sendRequest({ address: host.address, golden }, { kind: 'single', indices: [0] });
		let { loadS } = await host.model();
		callers = new Callers({ address: host.address, golden });
		const end = performance.now() + (isLong ? LENGTH_MS.long : LENGTH_MS.short);
		while (performance.now() < end || kills.quick + kills.bulk < LEAST_KILLS) {
			slowness = Math.max(slowness, loadS / USUAL_LOAD_S);
			await wait(slowness * (EVERY_MS.least + (EVERY_MS.most - EVERY_MS.least) * random()));
			const status = await host.model();
			const { workers } = status;
			loadS = status.loadS ?? loadS;
			const victim = workers[Math.floor(random() * workers.length)];
			if (!victim || !kill(victim.pid)) continue;
			kills[victim.role]++;
			if (victim.state === 'loading') kills.loading++;
		}
		const tally = await callers.stop();
		const sum = kills.quick + kills.bulk;
		return {
			figures: {
				kills: sum,
				everyS: (2 * slowness).toFixed(1),
				quick: kills.quick,
				bulk: kills.bulk,
				whileLoading: kills.loading,
				...tally.figures,
			},
			checks: [
				...nothingLost(tally),
				check('workers were killed', sum >= LEAST_KILLS, sum),
				check('the host is the same', host.isAlive, host.lastLog),
				check('no process is left', (await host.close()).length === 0, 'some are'),
			],
		};
	} finally {
		void callers?.stop();
		await host.close();
	}
}

function kill(pid) {
	try {
		return process.kill(pid, 'SIGKILL');
	} catch {
		// Another end was quicker.
		return false;
	}
}
