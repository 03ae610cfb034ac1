// A workflow that has met four of five texts before, against a cache that costs nothing.
import { checkVectors } from '../check.mjs';
import { fastest, figure, ratiosTo } from '../figure.mjs';
import { choosePlans } from '../floor/choose-plans.mjs';
import { alternate, warmUp } from '../rounds.mjs';
import { SEEN_SHARE } from '../sizes.mjs';
import { inLists } from '../texts/banking77.mjs';
import { repeatedTexts } from '../texts/repeated.mjs';

export async function repeated80(session) {
	const { floor, cores, sizes, settings, peers } = session;
	const draw = drawer(settings.texts, sizes);
	const first = draw();
	await floor.hold(session.encode(first.unseen));
	const { plans } = await choosePlans(floor, cores);
	const host = await session.cachingHost();
	try {
		const client = await host.client();
		const inFlight = sizes.listsInFlight;
		const ask = (one, texts, lanes) =>
			one.ask('lists', { lists: inLists(texts, sizes.shortListSize), inFlight: lanes });
		await ask(client, draw.seen, inFlight);
		const reference = await session.reference(session.encode(first.texts));
		const cosine = await checkVectors(client, {
			lists: inLists(first.texts, sizes.shortListSize),
			inFlight,
			reference,
		});
		const rate = ({ ms }) => (sizes.repeatedTexts / ms) * 1000;
		const warmUpRates = await warmUp(async () => rate(await ask(client, draw().texts, inFlight)), sizes.warmUpRuns);
		const drawn = Array.from({ length: sizes.rounds }, draw);
		// The floor computes what nobody has seen, and has the rest for nothing.
		const floorRun = (plan) => async (round) => {
			await floor.hold(session.encode(drawn[round].unseen));
			return rate(await floor.run(plan));
		};
		const results = await alternate(sizes.rounds, {
			...Object.fromEntries(plans.map((plan) => [plan.name, floorRun(plan)])),
			ours: async (round) => rate(await ask(client, drawn[round].texts, inFlight)),
			...Object.fromEntries(
				Object.entries(peers).map(([name, one]) => [
					name,
					async (round) => rate(await ask(one, drawn[round].texts, 1)),
				]),
			),
		});
		const floors = Object.fromEntries(plans.map(({ name }) => [name, results[name]]));
		const others = Object.fromEntries(['ours', ...Object.keys(peers)].map((name) => [name, results[name]]));
		const best = fastest(floors);
		return [
			figure('repeated-80', {
				session,
				title: `${SEEN_SHARE * 100} % of texts seen before, lists of ${sizes.shortListSize}, ${inFlight} in flight`,
				unit: 'texts/s',
				against: 'floor over the unseen texts alone',
				rounds: { floor: floors[best], ...others },
				ratios: ratiosTo(floors[best], others),
				cosines: { ours: cosine },
				notes: [`${sizes.repeatedTexts} texts, ${first.unseen.length} of them new in every round; floor: ${best}`],
				details: { floors, warmUpRates },
			}),
		];
	} finally {
		await host.close();
	}
}

/** Draws runs whose unseen texts no earlier run had. */
function drawer(texts, { repeatedTexts: count, seenTexts }) {
	const seen = texts.slice(0, seenTexts);
	let next = seenTexts;
	let seed = 0;
	const draw = () => {
		const drawn = repeatedTexts({ count, seenShare: SEEN_SHARE, seen, fresh: texts.slice(next), seed: ++seed });
		next += drawn.unseen.length;
		return drawn;
	};
	return Object.assign(draw, { seen });
}
