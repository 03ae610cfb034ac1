// A workflow that meets nothing new: lists that the cache answers, against the same lists computed.
import { checkVectors } from '../check.mjs';
import { figure, ratiosTo } from '../figure.mjs';
import { alternate, warmUp } from '../rounds.mjs';
import { inLists } from '../texts/banking77.mjs';

export async function repeated100(session) {
	const { sizes, settings } = session;
	const texts = settings.texts.slice(0, sizes.repeatedTexts);
	const lists = inLists(texts, sizes.shortListSize);
	const inFlight = sizes.listsInFlight;
	const caching = await session.cachingHost();
	const computing = await session.computingHost();
	try {
		const [cached, computed] = [await caching.client(), await computing.client()];
		const passes = Array.from({ length: sizes.cachedPasses }, () => lists).flat();
		const rate = async (client, sent) =>
			(sent.flat().length / (await client.ask('lists', { lists: sent, inFlight })).ms) * 1000;
		const reference = await session.reference(session.encode(texts));
		const check = { lists, inFlight, reference };
		// The first check fills the cache; the second sees what comes out of it.
		const computedCosine = Math.min(await checkVectors(cached, check), await checkVectors(computed, check));
		const cosine = await checkVectors(cached, check);
		await warmUp(() => rate(cached, passes), sizes.warmUpRuns);
		await warmUp(() => rate(computed, lists), sizes.warmUpRuns);
		const rounds = await alternate(sizes.rounds, {
			ours: () => rate(cached, passes),
			'ours, computed': () => rate(computed, lists),
		});
		return [
			figure('repeated-100', {
				session,
				title: `all texts seen before, lists of ${sizes.shortListSize}, ${inFlight} in flight`,
				unit: 'texts/s',
				against: 'the same lists computed by a host without a cache',
				rounds,
				ratios: ratiosTo(rounds['ours, computed'], { ours: rounds.ours }),
				cosines: { ours: Math.min(cosine, computedCosine) },
				notes: [`${texts.length} texts; ${sizes.cachedPasses} passes in a row from the cache, one computed`],
			}),
		];
	} finally {
		await Promise.all([caching.close(), computing.close()]);
	}
}
