// Traffic that comes and goes: the model is loaded and unloaded with it, and nothing piles up.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { median } from '../../bench/statistics.mjs';
import { descendantsOf, descriptors, residentBytes } from '../host/processes.mjs';
import { illegalMoves } from '../host/state-trace.mjs';
import { Callers } from '../load/callers.mjs';
import { Tally } from '../load/tally.mjs';
import { check, nothingLost } from '../verdict.mjs';

const LENGTH_MS = { short: 30_000, long: 1_200_000 };
const IDLE_S = { short: 1, long: 3 };
const ON_MS = 5_000;
/** An unload takes a moment beside the idle time. */
const OFF_MORE_MS = 2_000;
/** Rounds at the start, and at the end, whose medians are compared. */
const FEW = { short: 1, long: 10 };
const MOST_GROWTH_BYTES = 16e6;

export async function soak({ root, isLong, startHost, golden }) {
	const form = isLong ? 'long' : 'short';
	const host = await startHost(['--idle-timeout-s', String(IDLE_S[form]), '--cache-bytes', '0']);
	try {
		const tally = new Tally();
		const rounds = [];
		const end = performance.now() + LENGTH_MS[form];
		for (let seed = 1; performance.now() < end; seed++) {
			const callers = new Callers({ address: host.address, golden }, { seed, tally });
			await wait(ON_MS);
			await callers.stop();
			await wait(1_000 * IDLE_S[form] + OFF_MORE_MS);
			rounds.push({
				state: (await host.model()).state,
				workers: descendantsOf(host.pid).length,
				residentBytes: residentBytes(host.pid),
				sockets: descriptors(host.pid).socket,
			});
		}
		const resident = (some) => median(some.map((round) => round.residentBytes));
		// The first round compiles the code.
		const [early, late] = [rounds.slice(1, 1 + FEW[form]), rounds.slice(-FEW[form])];
		const grown = resident(late) - resident(early);
		const { MODEL_MOVES } = createRequire(import.meta.url)(join(root, 'dist/runtime/engine/model-state.js'));
		const illegal = illegalMoves(host.moves, MODEL_MOVES);
		const loads = host.moves.filter(({ to }) => to === 'loading').length;
		return {
			figures: {
				rounds: rounds.length,
				moves: host.moves.length,
				loads,
				...tally.figures,
				hostMb: `${megabytes(resident(early))} to ${megabytes(resident(late))}`,
			},
			checks: [
				...nothingLost(tally),
				check('every move of the model’s state is legal', illegal.length === 0, illegal.join('; ')),
				check(
					'the model was loaded in each round',
					loads >= rounds.length,
					`${loads} loads in ${rounds.length} rounds`,
				),
				check(
					'it was unloaded after each',
					rounds.every(isUnloaded),
					JSON.stringify(rounds.find((r) => !isUnloaded(r))),
				),
				check('memory is flat', grown <= MOST_GROWTH_BYTES, `${megabytes(grown)} MB more`),
				check('no socket is left', late.at(-1).sockets <= early[0].sockets, late.at(-1).sockets),
				check('no process is left', (await host.close()).length === 0, 'some are'),
			],
		};
	} finally {
		await host.close();
	}
}

const isUnloaded = ({ state, workers }) => state === 'cold' && workers === 0;
const megabytes = (bytes) => Math.round(bytes / 1e6);
