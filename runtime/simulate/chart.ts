import { HOUR_MS, type Arrival } from './arrival';
import type { PricedResult } from './compare';
import { timeOfDay } from './format';
import { escapeHtml } from './escape-html';

const WIDTH = 960;
const LEFT = 44;
const PLOT_WIDTH = WIDTH - LEFT - 12;
const PANEL_HEIGHT = 96;
const GAP = 44;
/** More marks than that nobody can tell apart. */
const MAX_MARKS = 400;

/** The workers over time, a panel a policy, above the texts that came; text that a screen reader can read included. */
export function chart(policies: readonly PricedResult[], arrivals: readonly Arrival[]): string {
	const hours = Math.max(...policies.map((result) => result.hours));
	const most = Math.max(1, ...policies.map(({ mostWorkers }) => mostWorkers));
	const x = (atMs: number) => round(LEFT + (PLOT_WIDTH * atMs) / (hours * HOUR_MS));
	const panels = policies.map((result, position) => panel({ result, top: panelTop(position), most, x, hours }));
	const height = panelTop(policies.length) + PANEL_HEIGHT + 36;
	return [
		`<svg role="img" aria-labelledby="chart-title chart-desc" viewBox="0 0 ${WIDTH} ${height}">`,
		'<title id="chart-title">Workers over time</title>',
		`<desc id="chart-desc">${escapeHtml(describe(policies))}</desc>`,
		...panels,
		arrivalPanel(arrivals, panelTop(policies.length), hours, x),
		'</svg>',
	].join('\n');
}

function panelTop(position: number): number {
	return 28 + position * (PANEL_HEIGHT + GAP);
}

function describe(policies: readonly PricedResult[]): string {
	return policies
		.map(
			({ policy, mostWorkers, starts, gpuHours }) =>
				`${policy}: up to ${mostWorkers} workers, ${starts} starts, ${gpuHours.toFixed(2)} GPU hours.`,
		)
		.join(' ');
}

interface Panel {
	readonly result: PricedResult;
	readonly top: number;
	readonly most: number;
	readonly hours: number;
	readonly x: (atMs: number) => number;
}

function panel({ result, top, most, hours, x }: Panel): string {
	const y = (workers: number) => round(top + PANEL_HEIGHT * (1 - workers / most));
	const { steps, decisions } = result;
	const path = steps.map(({ atMs, workers }, i) =>
		i === 0 ? `M${x(atMs)} ${y(workers)}` : `H${x(atMs)}V${y(workers)}`,
	);
	const line = `${path.join('')}H${x(result.hours * HOUR_MS)}`;
	const area = `${line}V${y(0)}H${x(steps[0]?.atMs ?? 0)}Z`;
	const marks = decisions
		.slice(0, MAX_MARKS)
		.map(
			({ atMs, workers, reason }) =>
				`<circle cx="${x(atMs)}" cy="${y(workers)}" r="3"><title>${escapeHtml(`${timeOfDay(atMs)} → ${workers}: ${reason}`)}</title></circle>`,
		);
	return [
		`<text class="name" x="${LEFT}" y="${top - 8}">${escapeHtml(result.policy)}: ${result.gpuHours.toFixed(2)} GPU hours</text>`,
		axis(top, hours, x),
		`<text class="tick" x="${LEFT - 6}" y="${top + 4}" text-anchor="end">${most}</text>`,
		`<text class="tick" x="${LEFT - 6}" y="${top + PANEL_HEIGHT + 4}" text-anchor="end">0</text>`,
		`<path class="area" d="${area}"/><path class="line" d="${line}"/>`,
		...marks,
	].join('\n');
}

/** Texts an hour, as bars; the highest fills the panel. */
function arrivalPanel(arrivals: readonly Arrival[], top: number, hours: number, x: (atMs: number) => number): string {
	const perHour = Array.from({ length: Math.ceil(hours) }, () => ({ interactive: 0, bulk: 0 }));
	for (const { atMs, lane } of arrivals) perHour[Math.floor(atMs / HOUR_MS)]![lane]++;
	const most = Math.max(1, ...perHour.map(({ interactive, bulk }) => interactive + bulk));
	const bars = perHour.map(({ interactive, bulk }, hour) => {
		if (interactive + bulk === 0) return '';
		// A square root, so that single requests can be seen beside bursts.
		const barHeight = round(PANEL_HEIGHT * Math.sqrt((interactive + bulk) / most));
		const words = `${timeOfDay(hour * HOUR_MS)}: ${bulk} bulk texts, ${interactive} single requests`;
		const width = round(x((hour + 1) * HOUR_MS) - x(hour * HOUR_MS) - 1);
		return `<rect class="bar" x="${x(hour * HOUR_MS)}" y="${round(top + PANEL_HEIGHT - barHeight)}" width="${Math.max(0.5, width)}" height="${barHeight}"><title>${words}</title></rect>`;
	});
	return [
		`<text class="name" x="${LEFT}" y="${top - 8}">texts that came, by the hour (square root scale, up to ${most})</text>`,
		axis(top, hours, x),
		...bars,
	].join('\n');
}

function axis(top: number, hours: number, x: (atMs: number) => number): string {
	const bottom = top + PANEL_HEIGHT;
	const every = Math.max(3, 3 * Math.ceil(hours / 36));
	const ticks = Array.from({ length: Math.floor(hours / every) + 1 }, (_, i) => i * every);
	return [
		`<path class="axis" d="M${LEFT} ${bottom}H${LEFT + PLOT_WIDTH}"/>`,
		...ticks.map(
			(hour) => `<text class="tick" x="${x(hour * HOUR_MS)}" y="${bottom + 15}" text-anchor="middle">${hour}:00</text>`,
		),
	].join('\n');
}

function round(value: number): number {
	return Math.round(10 * value) / 10;
}
