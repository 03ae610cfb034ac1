import { normalize } from '../../runtime/base/vectors';

/** A unit vector that depends on nothing but the ids: what an exact model would answer. */
export function vectorOf(ids: ArrayLike<number>, dimensions: number): Float32Array {
	let state = 2_166_136_261;
	for (let i = 0; i < ids.length; i++) state = Math.imul(state ^ ids[i]!, 16_777_619) >>> 0;
	const vector = Float32Array.from({ length: dimensions }, () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 31 - 1;
	});
	normalize(vector);
	return vector;
}
