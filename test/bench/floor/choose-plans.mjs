// Which plans take part in the rounds: the fastest ones that are right.
import { isRight } from '../check.mjs';
import { lowestCosine } from '../statistics.mjs';
import { plansFor } from './plans.mjs';

const KEPT = 3;

/**
 * A pre-run of every plan on the texts that the floor holds. A plan whose vectors depend on the batch is no floor: it
 * computes something else, and is left out by name.
 * @param run gives `{ ms }` of a plan: an async function; default: over all texts held
 * @returns the best three plans, fastest first, and those that would have come before the last of them and are wrong
 */
export async function choosePlans(floor, cores, run = (plan) => floor.run(plan)) {
	const timed = [];
	for (const plan of plansFor(cores)) {
		const first = await run(plan);
		const second = await run(plan);
		timed.push({ plan, ms: Math.min(first.ms, second.ms) });
	}
	timed.sort((a, b) => a.ms - b.ms);
	const reference = await floor.vectors(referencePlan(cores));
	const plans = [];
	const wrongPlans = [];
	for (const { plan } of timed) {
		const cosine = lowestCosine(await floor.vectors(plan), reference);
		if (isRight(cosine)) plans.push(plan);
		else wrongPlans.push({ name: plan.name, cosine });
		if (plans.length === KEPT) break;
	}
	return { plans, wrongPlans };
}

/** Every text alone and without padding: the vectors that all others are compared with. */
export function referencePlan(cores) {
	return plansFor(cores)[0];
}
