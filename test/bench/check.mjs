// Nobody is fast by being wrong.
import { toVectors } from './contenders/line-process.mjs';
import { lowestCosine } from './statistics.mjs';

const BAR = 0.9999;

/** Whether vectors whose lowest cosine with the floor’s is this are the same vectors. */
export function isRight(cosine) {
	return cosine >= BAR;
}

/** The lowest cosine between a contender’s vectors of `lists` and those of the floor, which are in the same order. */
export async function checkVectors(contender, { lists, inFlight, reference }) {
	const { vectors } = await contender.ask('lists', { lists, inFlight, wantVectors: true });
	return lowestCosine(toVectors(vectors), reference);
}
