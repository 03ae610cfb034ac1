import { describe, expect, test } from 'vitest';

import { compare } from '../../../../runtime/simulate/compare';
import { resolveSimulateOptions } from '../../../../runtime/simulate/options';
import { reportHtml } from '../../../../runtime/simulate/report-html';
import { reportText } from '../../../../runtime/simulate/report-text';

const options = resolveSimulateOptions({ documents: '600', requestsPerHour: '5', maxWorkers: '3' });

describe('a comparison', () => {
	const comparison = compare(options, null);
	const [always, kept, ours] = comparison.policies;

	test('has three policies, the always-on one as the measure', () => {
		expect(comparison.policies).toHaveLength(3);
		expect(always).toMatchObject({ gpuHours: 48, saved: 0 });
		expect(always!.costPerMonth).toBeCloseTo(12_800, 0);
		expect(kept!.policy).toBe('kept for 5 min');
		expect(ours!.policy).toBe('ours, 0 to 3');
	});

	test('counts cost and saving from the GPU hours', () => {
		for (const { gpuHours, cost, saved } of comparison.policies) {
			expect(cost).toBeCloseTo(gpuHours * options.pricePerHour, 9);
			expect(saved).toBeCloseTo(1 - gpuHours / 48, 9);
		}
	});

	test('is the same each time', () => {
		expect(compare(options, null)).toEqual(comparison);
	});

	test('in text has every policy, the article’s figures and what was assumed', () => {
		const text = reportText(comparison);
		for (const { policy } of comparison.policies) expect(text).toContain(policy);
		expect(text).toMatch(/^GPU hours +48\.00 +\d+\.\d\d +\d+\.\d\d$/m);
		expect(text).toMatch(/against 68 % \((beaten|missed)\)/);
		for (const assumption of comparison.assumptions) expect(text).toContain(assumption);
	});

	test('as a page has the same figures, every decision with its reason, and words for who cannot see the drawing', () => {
		const page = reportHtml(comparison);
		expect(page).toContain('<td>48.00</td>');
		for (const { decisions } of comparison.policies)
			for (const { reason } of decisions) expect(page).toContain(`<td class="words">${reason}</td>`);
		expect(page).toMatch(/<svg role="img" aria-labelledby="chart-title chart-desc"/);
		expect(page).toMatch(/<title id="chart-title">[^<]+<\/title>\s*<desc id="chart-desc">[^<]+<\/desc>/);
		expect(page).toContain('prefers-color-scheme: dark');
		expect(page).not.toMatch(/https?:|<script|<link|@import|url\(/);
	});
});

test('what a file is called cannot get into the page as markup', () => {
	const comparison = compare({ ...options, trace: '<img src=x>.csv' }, 'timestamp,tokens\n10,5\n');
	const page = reportHtml(comparison);
	expect(page).toContain('&lt;img src=x&gt;.csv');
	expect(page).not.toContain('<img');
});
