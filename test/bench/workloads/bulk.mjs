// Many texts in lists, as fast as they go.
import { fastest, figure, ratiosTo } from '../figure.mjs';
import { choosePlans } from '../floor/choose-plans.mjs';
import { inLists } from '../texts/banking77.mjs';
import { race } from './race.mjs';

/** @returns the figure, and what /status said before and after all runs over the texts */
export async function bulk(session, id, { title, texts, listSize }) {
	const { sizes, settings, floor, cores } = session;
	const ids = session.encode(texts);
	settings.log('  the floor tries all plans on a part of the texts');
	await floor.hold(firstTokens(ids, sizes.planTokens));
	const { plans, wrongPlans } = await choosePlans(floor, cores);
	const reference = await session.reference(ids);
	const lists = inLists(texts, listSize);
	const host = await session.computingHost();
	try {
		const client = await host.client();
		// Loads the model, self-test included, which counts as batches too.
		await client.ask('lists', { lists: [texts.slice(0, 1)], inFlight: 1 });
		const before = await host.modelStatus();
		const inFlight = sizes.listsInFlight;
		const { floors, others, cosines, warmUpRates } = await race(session, {
			count: texts.length,
			client,
			check: { lists, inFlight, reference },
			floors: Object.fromEntries(plans.map((plan) => [plan.name, () => floor.run(plan)])),
			ours: (one) => one.ask('lists', { lists, inFlight }),
			peer: (one) => one.ask('lists', { lists, inFlight: 1 }),
		});
		const best = fastest(floors);
		const tokens = ids.reduce((sum, { length }) => sum + length, 0);
		const bulkFigure = figure(id, {
			session,
			title,
			unit: 'texts/s',
			against: 'floor',
			rounds: { floor: floors[best], ...others },
			ratios: ratiosTo(floors[best], others),
			cosines,
			notes: [
				`${texts.length} texts, ${(tokens / texts.length).toFixed(1)} tokens on average`,
				`floor: ${best}`,
				...wrongPlans.map(({ name, cosine }) => `plan left out: ${name}, its cosine is ${cosine.toFixed(4)}`),
			],
			details: { floors, warmUpRates, tokens },
		});
		return { figure: bulkFigure, before, after: await host.modelStatus() };
	} finally {
		await host.close();
	}
}

/** The first texts, as many as have this many tokens together. */
function firstTokens(ids, tokens) {
	let sum = 0;
	return ids.filter(({ length }) => (sum += length) - length < tokens);
}
