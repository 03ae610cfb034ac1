import { expect, type TestContext } from 'vitest';

/** In double precision, whatever the vectors’ own: differences of 1e-8 are looked for. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
	if (a.length !== b.length) throw new Error(`vectors of ${a.length} and ${b.length} numbers`);
	let dot = 0;
	let aa = 0;
	let bb = 0;
	for (let i = 0; i < a.length; i++) {
		dot += a[i]! * b[i]!;
		aa += a[i]! * a[i]!;
		bb += b[i]! * b[i]!;
	}
	return dot / Math.sqrt(aa * bb);
}

/** The lowest cosine between the rows of two lists; NaN when any of them is. */
export function worstCosine(found: readonly ArrayLike<number>[], wanted: readonly ArrayLike<number>[]): number {
	if (found.length !== wanted.length) throw new Error(`${found.length} vectors for ${wanted.length}`);
	return Math.min(...found.map((vector, i) => cosine(vector, wanted[i]!)));
}

/** Neighbours in a fixed, well mixed order: short beside long, as ragged as a batch can be. */
export function mixedGroups<T>(items: readonly T[], size: number): T[][] {
	const stride = 7;
	const count = items.length;
	if (count % stride === 0) throw new Error(`${count} items cannot be mixed in steps of ${stride}`);
	const mixed = items.map((_, i) => items[(i * stride) % count]!);
	return Array.from({ length: Math.ceil(count / size) }, (_, i) => mixed.slice(i * size, (i + 1) * size));
}

/** Asserts that every vector is at least this near to the wanted one, and leaves the figure with the test’s result. */
export async function expectNear(
	{ annotate }: TestContext,
	found: readonly Float32Array[],
	wanted: readonly Float32Array[],
	bar: number,
): Promise<void> {
	const lowest = worstCosine(found, wanted);
	await annotate(`lowest cosine ${lowest}`);
	expect(lowest).toBeGreaterThanOrEqual(bar);
}
