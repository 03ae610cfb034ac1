// Every way to cut the floor’s work that is tried, and the cutting itself.

/** Padded tokens of a batch; null runs every text alone. */
const BUDGETS = [null, 128, 256, 512, 1_024];

/** @returns {{name: string, shape: {processes: number, threads: number}, paddedTokens: number | null}[]} */
export function plansFor(cores) {
	return shapesFor(cores).flatMap((shape) =>
		BUDGETS.map((paddedTokens) => ({ name: nameOf(shape, paddedTokens), shape, paddedTokens })),
	);
}

/** Processes × threads: each uses all cores. With one core they are the same. */
export function shapesFor(cores) {
	const shapes = [
		{ processes: cores, threads: 1 },
		{ processes: 1, threads: cores },
	];
	return cores === 1 ? shapes.slice(0, 1) : shapes;
}

function nameOf({ processes, threads }, paddedTokens) {
	return `${processes}×${threads}, ${paddedTokens === null ? 'one by one' : `≤ ${paddedTokens}`}`;
}

/**
 * Cuts texts into batches, longest first: like lengths lie together, and what is left at the end is short, so that no
 * process waits long for the last one.
 * @param lengths tokens of each text
 * @param paddedTokens rows × longest row may not exceed it, unless one row alone does; null: one row a batch
 * @returns positions in `lengths`, batch after batch
 */
export function cutSorted(lengths, paddedTokens) {
	const order = Array.from(lengths.keys()).sort((a, b) => lengths[b] - lengths[a] || a - b);
	const batches = [];
	for (const position of order) {
		const batch = batches.at(-1);
		// The first row of a batch is its longest.
		const fits = batch && paddedTokens !== null && (batch.length + 1) * lengths[batch[0]] <= paddedTokens;
		if (fits) batch.push(position);
		else batches.push([position]);
	}
	return batches;
}
