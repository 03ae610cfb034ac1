// The quickest answer: one text of 16 tokens over the Unix socket, nobody else there.
import { checkVectors } from '../check.mjs';
import { figure, ratiosTo } from '../figure.mjs';
import { alternate, warmUp } from '../rounds.mjs';
import { median } from '../statistics.mjs';
import { inLists } from '../texts/banking77.mjs';

const TOKENS = 16;

export async function lone(session) {
	const { floor, cores, sizes, settings, peers } = session;
	const texts = settings.texts.filter((text) => session.encode([text])[0].length === TOKENS).slice(0, sizes.loneTexts);
	const reference = await session.reference(session.encode(texts));
	const positions = [...texts.keys()];
	const host = await session.computingHost({ socket: true });
	try {
		const client = await host.client();
		const lists = inLists(texts, 1);
		const p50 = async (one) => median((await one.ask('closedLoop', { texts, concurrency: 1 })).latenciesMs);
		const cosines = { ours: await checkVectors(client, { lists, inFlight: 1, reference }) };
		const warmUpMs = await warmUp(() => p50(client), sizes.warmUpRuns);
		for (const [name, one] of Object.entries(peers)) {
			cosines[name] = await checkVectors(one, { lists, inFlight: 1, reference });
		}
		const rounds = await alternate(sizes.rounds, {
			floor: async () => median(await floor.times({ processes: 1, threads: cores }, positions)),
			ours: () => p50(client),
			...Object.fromEntries(Object.entries(peers).map(([name, one]) => [name, () => p50(one)])),
		});
		const { floor: baseline, ...others } = rounds;
		return [
			figure('lone', {
				session,
				title: `a lone text of ${TOKENS} tokens through the socket, p50`,
				unit: 'ms',
				against: `floor, the same ids in a process with ${cores} threads`,
				rounds,
				ratios: ratiosTo(baseline, others),
				cosines,
				notes: [`${texts.length} different texts a round, one after another; a round’s figure is their median`],
				details: { warmUpMs },
			}),
		];
	} finally {
		await host.close();
	}
}
