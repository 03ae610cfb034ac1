// The demo's table: each text, its first numbers, and the text nearest to it.

export function printTable(texts, { vectors, cached }) {
	const rows = vectors.flatMap((vector, i) =>
		vector ? [[...describe(texts, vectors, vector, i), cached[i] ? 'cached' : 'computed']] : [],
	);
	const head = ['#', 'text', 'first numbers', 'dim', 'cosine', 'nearest other text', 'from'];
	const widths = [3, 40, 22, 4, 6, 40, 8];
	const line = (cells) => cells.map((cell, column) => fit(cell, widths[column])).join('  ');
	console.log(line(head));
	console.log(widths.map((width) => '-'.repeat(width)).join('  '));
	for (const row of rows) console.log(line(row));
	console.log();
}

function describe(texts, vectors, vector, i) {
	let nearest = -1;
	let best = -Infinity;
	vectors.forEach((other, j) => {
		const cosine = other && j !== i ? dot(vector, other) : -Infinity;
		if (cosine > best) [best, nearest] = [cosine, j];
	});
	const numbers = vector
		.slice(0, 3)
		.map((value) => value.toFixed(3))
		.join(' ');
	const other = nearest < 0 ? '' : `${nearest + 1}: ${texts[nearest]}`;
	return [String(i + 1), texts[i], numbers, String(vector.length), nearest < 0 ? '' : best.toFixed(3), other];
}

// Both are of unit length, so that this is their cosine.
function dot(a, b) {
	return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** Cut or filled to a width on screen, where East Asian characters take two columns. */
function fit(text, width) {
	let used = 0;
	let kept = '';
	for (const character of text.replace(/\s+/g, ' ')) {
		const columns =
			/[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/.test(character)
				? 2
				: 1;
		if (used + columns > width) return `${kept.slice(0, -1)}…${' '.repeat(Math.max(0, width - used))}`;
		kept += character;
		used += columns;
	}
	return kept + ' '.repeat(width - used);
}
