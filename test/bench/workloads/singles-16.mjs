// One text a request, from sixteen callers at once.
import { fastest, figure, ratiosTo } from '../figure.mjs';
import { choosePlans } from '../floor/choose-plans.mjs';
import { inLists } from '../texts/banking77.mjs';
import { singleRace } from './single-race.mjs';

const CALLERS = 16;
/** On which the plans are tried. */
const TRIED_GROUPS = 8;

export async function singles16(session) {
	const { floor, cores, sizes, settings } = session;
	const texts = settings.texts.slice(0, sizes.singles);
	const ids = session.encode(texts);
	// The floor gets sixteen texts, sorts and cuts them, and gets the next sixteen when all are done.
	const groups = inLists([...texts.keys()], CALLERS);
	settings.log('  the floor tries all plans on some groups of sixteen, then on the same texts at once');
	const some = groups.slice(0, TRIED_GROUPS);
	await floor.hold(ids.slice(0, some.flat().length));
	const grouped = await choosePlans(floor, cores, (plan) => floor.run(plan, some));
	const free = await choosePlans(floor, cores);
	const reference = await session.reference(ids);
	const freeName = `all known, ${free.plans[0].name}`;
	const runs = grouped.plans.map((plan) => [plan.name, () => floor.run(plan, groups)]);
	const { floors, others, cosines, latencyNote, warmUpRates } = await singleRace(session, {
		texts,
		callers: CALLERS,
		floors: { ...Object.fromEntries(runs), [freeName]: () => floor.run(free.plans[0]) },
		reference,
	});
	const { [freeName]: freeRates, ...groupedRates } = floors;
	const best = fastest(groupedRates);
	return [
		figure('singles-16', {
			session,
			title: `single texts, ${CALLERS} callers`,
			unit: 'texts/s',
			against: 'floor, sixteen texts known at a time',
			rounds: { floor: groupedRates[best], 'floor, all known': freeRates, ...others },
			ratios: ratiosTo(groupedRates[best], others),
			cosines,
			notes: [
				`${texts.length} texts; floor: ${best}`,
				`against the floor that knows all texts at once (${free.plans[0].name}): ${ratiosTo(freeRates, others).ours.toFixed(2)}`,
				latencyNote,
			],
			details: { floors, warmUpRates },
		}),
	];
}
