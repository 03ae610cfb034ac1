import { chart } from './chart';
import type { Comparison, PricedResult } from './compare';
import { escapeHtml } from './escape-html';
import { againstArticle, FIGURES, timeOfDay } from './format';

/** Rows of decisions that a page shows of a policy. */
const MAX_DECISIONS = 500;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #ffffff; --line: #d5dbe3; --mark: #0b6bcb; --fill: #cfe3f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --soft: #9fabb9; --paper: #12171e; --line: #36414f; --mark: #6cb6ff; --fill: #1d3a57; } }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td.words { text-align: left; } thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .tick { fill: var(--soft); font-size: 11px; } svg .name { font-weight: 600; }
.axis { stroke: var(--line); fill: none; } .line { stroke: var(--mark); stroke-width: 1.5; fill: none; } .area, .bar { fill: var(--fill); stroke: none; }
.bar { stroke: var(--mark); stroke-width: .5; } circle { fill: var(--mark); }
summary { cursor: pointer; }
`;

/** One page that needs nothing else: no script, no address outside. */
export function reportHtml({ trace, policies, assumptions, arrivals }: Comparison): string {
	const count = (n: number) => n.toLocaleString('en');
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the traffic costs</title>
<style>${STYLE}</style>
</head>
<body>
<h1>What the traffic costs</h1>
<p>${count(trace.bulkTexts)} bulk texts and ${count(trace.interactiveTexts)} single requests (${escapeHtml(trace.source)}), in virtual time, under the host’s own policies.</p>
<div class="scroll">${table(policies)}</div>
<p>Ours beside the article’s elastic set-up: ${escapeHtml(againstArticle(policies.at(-1)!))}.</p>
<h2>Workers over time</h2>
<p>A dot is a decision; its reason shows when you point at it, and is in the lists below.</p>
${chart(policies, arrivals)}
<h2>Assumed</h2>
<ul>
${assumptions.map((assumption) => `<li>${escapeHtml(assumption)}</li>`).join('\n')}
</ul>
<h2>Decisions</h2>
${policies.map(decisionList).join('\n')}
</body>
</html>
`;
}

function table(policies: readonly PricedResult[]): string {
	const head = policies.map(({ policy }) => `<th scope="col">${escapeHtml(policy)}</th>`).join('');
	const body = FIGURES.map(({ name, of }) => {
		const cells = policies.map((result) => `<td>${escapeHtml(of(result))}</td>`).join('');
		return `<tr><th scope="row">${escapeHtml(name)}</th>${cells}</tr>`;
	});
	return `<table>\n<thead><tr><th scope="col">figure</th>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`;
}

function decisionList({ policy, decisions }: PricedResult): string {
	const shown = decisions.slice(0, MAX_DECISIONS);
	const rest = decisions.length - shown.length;
	const rows = shown.map(
		({ atMs, workers, reason }) =>
			`<tr><td>${timeOfDay(atMs)}</td><td>${workers}</td><td class="words">${escapeHtml(reason)}</td></tr>`,
	);
	return `<details>
<summary>${escapeHtml(policy)}: ${decisions.length} changes</summary>
<div class="scroll"><table>
<thead><tr><th scope="col">time</th><th scope="col">workers</th><th scope="col">reason</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
${rest > 0 ? `<p>And ${rest} more; --json has them all.</p>` : ''}
</details>`;
}
