// One text a request: a host without a cache, its callers, and the latencies that they saw.
import { inLists } from '../texts/banking77.mjs';
import { percentile } from '../statistics.mjs';
import { race } from './race.mjs';

/**
 * @param callers each sends its next text when it has its answer
 * @param floors runs by plan over all `texts`, which the floor holds
 * @returns what `race` returns, and a sentence on everybody’s latencies
 */
export async function singleRace(session, { texts, callers, floors, reference }) {
	const host = await session.computingHost();
	try {
		const closedLoop = (one) => one.ask('closedLoop', { texts, concurrency: callers });
		const result = await race(session, {
			count: texts.length,
			client: await host.client(),
			check: { lists: inLists(texts, 1), inFlight: callers, reference },
			floors,
			ours: closedLoop,
			peer: closedLoop,
		});
		const latencies = Object.entries(result.latenciesMs).map(
			([name, all]) => `${name} p50 ${percentile(all, 0.5).toFixed(1)}, p95 ${percentile(all, 0.95).toFixed(1)}`,
		);
		return { ...result, latencyNote: `latency in ms: ${latencies.join('; ')}` };
	} finally {
		await host.close();
	}
}
