import type { Comparison } from './compare';
import { againstArticle, FIGURES } from './format';

/** For the terminal: a table, how it compares with the article, and what was assumed. */
export function reportText({ trace, policies, assumptions }: Comparison): string {
	const rows = [['', ...policies.map(({ policy }) => policy)]];
	for (const { name, of } of FIGURES) rows.push([name, ...policies.map(of)]);
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
	const table = rows.map((row) =>
		row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
	);
	const isWhole = policies.every(({ hours }) => hours % 24 === 0);
	return [
		`${trace.bulkTexts} bulk texts and ${trace.interactiveTexts} single requests (${trace.source}), ${policies[0]!.hours.toFixed(0)} hours`,
		...(isWhole
			? []
			: policies.map(({ policy, hours }) => `${policy}: ran until hour ${hours.toFixed(2)}, when all was done`)),
		'',
		...table,
		'',
		`Ours beside the article’s elastic set-up: ${againstArticle(policies.at(-1)!)}.`,
		'',
		'Assumed:',
		...assumptions.map((assumption) => `- ${assumption}`),
		'',
	].join('\n');
}
