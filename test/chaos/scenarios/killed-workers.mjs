// A random worker is killed every one to three seconds, and nobody may notice.
import { setTimeout as wait } from 'node:timers/promises';

import { seededRandom } from '../../bench/texts/random.mjs';
import { Callers } from '../load/callers.mjs';
import { check, nothingLost } from '../verdict.mjs';

const LENGTH_MS = { short: 20_000, long: 300_000 };
const EVERY_MS = { least: 1_000, most: 3_000 };

export async function killedWorkers({ isLong, startHost, golden }) {
	const host = await startHost(['--cache-bytes', '0']);
	const random = seededRandom(3);
	const kills = { quick: 0, bulk: 0, loading: 0 };
	let callers;
	try {
		callers = new Callers({ address: host.address, golden });
		const end = performance.now() + (isLong ? LENGTH_MS.long : LENGTH_MS.short);
		while (performance.now() < end) {
			await wait(EVERY_MS.least + (EVERY_MS.most - EVERY_MS.least) * random());
			const { workers } = await host.model();
			const victim = workers[Math.floor(random() * workers.length)];
			if (!victim || !kill(victim.pid)) continue;
			kills[victim.role]++;
			if (victim.state === 'loading') kills.loading++;
		}
		const tally = await callers.stop();
		const sum = kills.quick + kills.bulk;
		return {
			figures: { kills: sum, quick: kills.quick, bulk: kills.bulk, whileLoading: kills.loading, ...tally.figures },
			checks: [
				...nothingLost(tally),
				check('workers were killed', sum >= (isLong ? 100 : 5), sum),
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
