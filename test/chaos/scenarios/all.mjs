// Every scenario by its name, in the order in which they run.
import { faultyWorkers } from './faulty-workers.mjs';
import { killedWorkers } from './killed-workers.mjs';
import { loadCycles } from './load-cycles.mjs';
import { memoryLimit, starvedWorker } from './memory-limit.mjs';
import { overload } from './overload.mjs';
import { soak } from './soak.mjs';

/** Each is an async function of `{ root, isLong, startHost, golden, log }` and returns `{ figures, checks }`. */
export const SCENARIOS = {
	'killed-workers': killedWorkers,
	'faulty-workers': faultyWorkers,
	'load-cycles': loadCycles,
	'memory-limit': memoryLimit,
	'starved-worker': starvedWorker,
	overload,
	soak,
};
