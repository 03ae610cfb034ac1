// One text a request, from one caller: how fast the texts of somebody follow who waits for each answer.
import { fastest, figure, ratiosTo } from '../figure.mjs';
import { shapesFor } from '../floor/plans.mjs';
import { singleRace } from './single-race.mjs';

export async function singles(session) {
	const { floor, cores, sizes, settings } = session;
	const texts = settings.texts.slice(0, sizes.singles);
	const reference = await session.reference(session.encode(texts));
	const positions = [...texts.keys()];
	const runs = shapesFor(cores).map((shape) => [
		`one process, ${shape.threads} threads`,
		async () => ({ ms: (await floor.times(shape, positions)).reduce((sum, ms) => sum + ms, 0) }),
	]);
	const { floors, others, cosines, latencyNote, warmUpRates } = await singleRace(session, {
		texts,
		callers: 1,
		floors: Object.fromEntries(runs),
		reference,
	});
	const best = fastest(floors);
	return [
		figure('singles-1', {
			session,
			title: 'single texts, one caller',
			unit: 'texts/s',
			against: 'floor, one text at a time',
			rounds: { floor: floors[best], ...others },
			ratios: ratiosTo(floors[best], others),
			cosines,
			notes: [`${texts.length} texts; floor: ${best}`, latencyNote],
			details: { floors, warmUpRates },
		}),
	];
}
