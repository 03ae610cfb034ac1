// A figure on the screen, as soon as it is there.
import { cosine, number, requirement, verdict } from './words.mjs';

export function printFigure(figure) {
	const { title, model, unit, against, values, ratios, required, cosines, notes } = figure;
	console.log(`\n${figure.id}: ${title}${model ? ` (${model})` : ''}`);
	const width = Math.max(...Object.keys(values).map(({ length }) => length), 4);
	for (const [name, { median, rounds }] of Object.entries(values)) {
		const range = rounds.length > 1 ? `  (${number(Math.min(...rounds))} to ${number(Math.max(...rounds))})` : '';
		const ratio = against !== null && ratios[name] !== undefined ? `  ratio ${number(ratios[name])}` : '';
		const seen = cosines[name] !== undefined ? `  cosine ${cosine(cosines[name])}` : '';
		console.log(`  ${name.padEnd(width)} ${number(median).padStart(8)} ${unit}${range}${ratio}${seen}`);
	}
	// Ratios of figures that have several values a contender stand by themselves.
	const apart = Object.entries(ratios).filter(([name]) => values[name] === undefined);
	for (const [name, ratio] of apart) console.log(`  ${name}: ratio ${number(ratio)}`);
	if (required !== null) {
		console.log(`  required ${requirement(required)}, reached ${number(figure.reached)} ${verdict(figure)}`.trimEnd());
	}
	for (const note of notes) console.log(`  ${note}`);
}
