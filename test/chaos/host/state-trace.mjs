// Whether a model moved only as its table of states allows.

/**
 * @param moves `{ to, reason }` in the order of the log
 * @param table from a state to those that may follow
 * @returns the moves that it does not allow, in words
 */
export function illegalMoves(moves, table) {
	let from = 'cold';
	const illegal = [];
	for (const { to, reason } of moves) {
		if (!table[from]?.includes(to)) illegal.push(`${from} to ${to} (${reason})`);
		from = to;
	}
	return illegal;
}
