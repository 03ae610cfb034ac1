// What the throughput workloads have in common: the floor’s plans, the host and the peers by turns.
import { checkVectors } from '../check.mjs';
import { alternate, warmUp } from '../rounds.mjs';

/**
 * Every run is an async function that returns `{ ms }` of one run over all texts, perhaps with `latenciesMs`.
 * @param count texts of a run
 * @param client the host’s caller
 * @param check `{ lists, inFlight, reference }`: one untimed run of everybody whose vectors are looked at
 * @param floors runs by plan
 * @param ours run, given the client
 * @param peer run, given a peer’s process
 * @returns texts a second by round: of the floor’s plans, and of all others; latencies of all timed runs together
 */
export async function race(session, { count, client, check, floors, ours, peer }) {
	const { sizes, peers, settings } = session;
	const cosines = { ours: await checkVectors(client, check) };
	const rate = ({ ms }) => (count / ms) * 1000;
	const warmUpRates = await warmUp(async () => rate(await ours(client)), sizes.warmUpRuns);
	for (const [name, one] of Object.entries(peers)) {
		settings.log(`  ${name}: once untimed`);
		// Peers are libraries in their caller’s process: their users pass one list after another.
		cosines[name] = await checkVectors(one, { ...check, inFlight: 1 });
	}
	settings.log(`  ${sizes.rounds} rounds of ${Object.keys(floors).length} plans, ours and the peers`);
	const asFloor = (plan) => `floor ${plan}`;
	const results = await alternate(sizes.rounds, {
		...Object.fromEntries(Object.entries(floors).map(([plan, run]) => [asFloor(plan), run])),
		ours: () => ours(client),
		...Object.fromEntries(Object.entries(peers).map(([name, one]) => [name, () => peer(one)])),
	});
	const names = ['ours', ...Object.keys(peers)];
	const pick = (map) => Object.fromEntries(names.map((name) => [name, map(results[name])]));
	return {
		floors: Object.fromEntries(Object.keys(floors).map((plan) => [plan, results[asFloor(plan)].map(rate)])),
		others: pick((runs) => runs.map(rate)),
		latenciesMs: pick((runs) => runs.flatMap((run) => run.latenciesMs ?? [])),
		cosines,
		warmUpRates,
	};
}
