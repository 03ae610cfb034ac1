import { describe, expect, test } from 'vitest';

import { benchModule } from '../../support/bench-module';

interface Figure {
	readonly id: string;
	readonly reached: number | null;
	readonly isValid: boolean;
	readonly isMet: boolean | null;
	readonly required: object | null;
	readonly notes: readonly string[];
	readonly values: Readonly<Record<string, { readonly median: number }>>;
}
interface FigureModule {
	figure(id: string, measured: object): Figure;
	fastest(rounds: Readonly<Record<string, readonly number[]>>): string;
	ratiosTo(
		baseline: readonly number[],
		rounds: Readonly<Record<string, readonly number[]>>,
	): Readonly<Record<string, number>>;
}
const { figure, fastest, ratiosTo } = benchModule<FigureModule>('figure.mjs');
const { withResults, BEGIN, END } = benchModule<{
	withResults(page: string, ...runs: readonly object[]): string;
	BEGIN: string;
	END: string;
}>('report/markdown.mjs');

const measured = (ours: number, more: object = {}) => ({
	session: { model: { title: 'MiniLM fp32', isMain: true } },
	title: 'short texts',
	unit: 'texts/s',
	against: 'floor',
	rounds: { floor: [100, 300, 200], ours: [180, 190, 170] },
	ratios: { ours },
	cosines: { ours: 1 },
	...more,
});

describe('a figure', () => {
	test.each([
		[0.9, true],
		[0.89, false],
	])('that must be at least 0.9 and is %d: met %s', (ours, isMet) => {
		expect(figure('short', measured(ours))).toMatchObject({ reached: ours, isMet });
	});

	test('that must be at most 1.15 is met from below', () => {
		expect(figure('lone', measured(1.1)).isMet).toBe(true);
		expect(figure('lone', measured(1.2)).isMet).toBe(false);
	});

	test('is not met, and says why, when the host’s vectors are wrong', () => {
		const { isValid, isMet, notes } = figure('short', measured(2, { cosines: { ours: 0.9998 } }));
		expect({ isValid, isMet }).toEqual({ isValid: false, isMet: false });
		expect(notes[0]).toMatch(/^NOT VALID.*0\.9998/);
	});

	test('has no requirement with another model', () => {
		const other = { model: { title: 'built-in' } };
		expect(figure('short', measured(0.1, { session: other }))).toMatchObject({ required: null, isMet: null });
	});

	test('that was not measured is neither met nor missed', () => {
		expect(figure('padding', measured(1, { ratios: {}, cosines: {} }))).toMatchObject({ reached: null, isMet: null });
	});
});

test('the fastest is the one with the highest median, and ratios are those of medians', () => {
	const rounds = { steady: [100, 100, 100], lucky: [1, 90, 900] };
	expect(fastest(rounds)).toBe('steady');
	expect(ratiosTo(rounds.steady, { ours: [50, 60, 70] })).toEqual({ ours: 0.6 });
});

describe('the page of results', () => {
	const result = {
		startedAt: '2030-01-02T03:04:05.000Z',
		endedAt: '2030-01-02T04:04:05.000Z',
		machine: { cpu: 'Some Processor', cores: 2, memoryGb: 8, system: 'linux x64 6', vectorInstructions: ['avx2'] },
		versions: { node: '20.0.0' },
		load: { start: 0.1, end: 2 },
		settings: { rounds: 5, quick: false, serveArgs: [] },
		absent: { 'sentence-transformers': 'it is not installed' },
		failures: [],
		figures: [figure('short', measured(0.95)), figure('lone', measured(1.2, { title: 'a | lone text' }))],
	};

	test('keeps the text around the results, and replaces them each time', () => {
		const page = `# Before\n\n${BEGIN}\nold\n${END}\n\nafter\n`;
		const once = withResults(page, result);
		expect(once).toMatch(/^# Before\n/);
		expect(once).toMatch(/\nafter\n$/);
		expect(once).not.toContain('old');
		expect(withResults(once, result)).toBe(once);
	});

	test('sets required and reached side by side, and names what was absent', () => {
		const page = withResults(`${BEGIN}${END}`, result);
		expect(page).toContain('| short texts | ≥ 0.9 | 0.95 | met | 0.76 |');
		expect(page).toContain('| a \\| lone text | ≤ 1.15 | 1.20 | missed |  |');
		expect(page).toContain('| without sentence-transformers | it is not installed |');
		expect(page).toContain('Some Processor, 2 cores, avx2');
	});

	test('sets several runs below one another', () => {
		const page = withResults(`${BEGIN}${END}`, result, result);
		expect(page.match(/\*\*Run \d of 2\*\*/g)).toEqual(['**Run 1 of 2**', '**Run 2 of 2**']);
		expect(page.match(/Some Processor/g)).toHaveLength(2);
	});

	test('must have the marks', () => {
		expect(() => withResults('# nothing', result)).toThrow('lacks');
	});
});
