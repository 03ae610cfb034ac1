// The generated part of docs/benchmarks.md.
import { cosine, number, requirement, verdict } from './words.mjs';

export const BEGIN = '<!-- results: made by npm run bench -- --docs FILE -->';
const ENOUGH_ROUNDS = 5;
export const END = '<!-- end of results -->';

/** The page with its results replaced by those of one or several runs. @throws when the page lacks the marks */
export function withResults(page, ...runs) {
	const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
	if (begin < 0 || end < begin) throw new Error(`the page lacks ${BEGIN} or ${END}`);
	return `${page.slice(0, begin + BEGIN.length)}\n\n${runs.map(results).join('\n\n')}\n\n${page.slice(end)}`;
}

function results(result, index, runs) {
	const parts = [
		...(runs.length > 1 ? [`**Run ${index + 1} of ${runs.length}**`] : []),
		conditions(result),
		...(result.figures.some((figure) => figure.required !== null) ? [required(result.figures)] : []),
		ratios(result.figures),
		details(result.figures),
	];
	if (result.failures.length > 0) parts.push(failures(result.failures));
	return parts.join('\n\n');
}

function conditions({ startedAt, endedAt, machine, versions, load, settings, absent }) {
	const time = (text) => text.slice(0, 16).replace('T', ' ');
	const rows = [
		['date (UTC)', `${time(startedAt)} to ${time(endedAt)}`],
		['processor', `${machine.cpu}, ${machine.cores} cores, ${machine.vectorInstructions.join(', ')}`],
		['memory, system', `${machine.memoryGb} GB, ${machine.system}`],
		[
			'versions',
			Object.entries(versions)
				.map(([name, version]) => `${name} ${version}`)
				.join(', '),
		],
		['load average (1 min)', `${load.start} at the start, ${load.end} at the end`],
		[
			'rounds',
			`${settings.rounds}${settings.quick || settings.rounds < ENOUGH_ROUNDS ? ' (**too little work: these figures mean nothing**)' : ''}`,
		],
		['extra flags of `serve`', settings.serveArgs.map((flag) => `\`${flag}\``).join(' ') || 'none'],
		...Object.entries(absent).map(([name, why]) => [`without ${name}`, why.split('\n').at(-1)]),
	];
	return table(['measured', 'on'], rows);
}

function required(figures) {
	const rows = figures
		.filter((figure) => figure.required !== null)
		.map((figure) => [
			figure.title,
			requirement(figure.required),
			figure.reached === null ? 'not measured' : number(figure.reached),
			verdict(figure),
			figure.required.bestPeer ?? '',
		]);
	return `### Required and reached\n\n${table(['figure (MiniLM fp32 unless said)', 'required', 'reached', '', 'best peer seen before'], rows)}`;
}

function ratios(figures) {
	const compared = figures.filter(({ against }) => against !== null);
	const names = [...new Set(compared.flatMap((figure) => Object.keys(figure.ratios)))];
	const rows = compared.map((figure) => [
		figure.title,
		figure.model ?? '',
		figure.against,
		...names.map((name) => (figure.ratios[name] === undefined ? '' : number(figure.ratios[name]))),
	]);
	return `### Ratios\n\n${table(['figure', 'model', 'against', ...names], rows)}`;
}

function details(figures) {
	const rows = figures.flatMap((figure) =>
		Object.entries(figure.values).map(([name, { median, rounds }]) => [
			figure.id,
			figure.model ?? '',
			name,
			`${number(median)} ${figure.unit}`,
			rounds.length > 1 ? `${number(Math.min(...rounds))} to ${number(Math.max(...rounds))}` : '',
			figure.cosines[name] === undefined ? '' : cosine(figure.cosines[name]),
		]),
	);
	const notes = figures
		.filter((figure) => figure.notes.length > 0)
		.map((figure) => `- **${figure.id}**${figure.model ? `, ${figure.model}` : ''}: ${figure.notes.join('; ')}.`);
	const head = ['figure', 'model', 'contender', 'median', 'lowest to highest round', 'lowest cosine with the floor'];
	return `### Medians\n\n${table(head, rows)}\n\n${notes.join('\n')}`;
}

function failures(list) {
	return `### Not measured\n\n${list.map(({ workload, model, error }) => `- ${workload}, ${model}: ${error.split('\n')[0]}`).join('\n')}`;
}

function table(head, rows) {
	const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
