import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { alwaysOn } from '../../../../runtime/simulate/always-on';
import { DAY_MS, HOUR_MS, type Arrival } from '../../../../runtime/simulate/arrival';
import { elastic, type ElasticOptions } from '../../../../runtime/simulate/elastic';
import { keepAlive } from '../../../../runtime/simulate/keep-alive';
import type { Service } from '../../../../runtime/simulate/service';
import { simulateDay } from '../../../../runtime/simulate/simulate-day';

const service: Service = { msPerToken: 1, overheadMs: 0, loadMs: 10_000, maxSharedRunMs: 40 };

const single = (atMs: number, tokens: number): Arrival => ({ atMs, tokens, lane: 'interactive' });
const bulk = (count: number, atMs: number, tokens: number): Arrival[] =>
	Array.from({ length: count }, () => ({ atMs, tokens, lane: 'bulk' as const }));
const ours = (options: Partial<ElasticOptions> = {}) =>
	elastic({
		minWorkers: 0,
		maxWorkers: 4,
		idleTimeoutMs: 120_000,
		targetUtilization: 0.65,
		keepForSinglesMs: Number.POSITIVE_INFINITY,
		...options,
	});

describe('always on', () => {
	test.for([1, 2, 7])('%d workers are paid for exactly 24 hours each', (workers) => {
		const day = simulateDay([single(HOUR_MS, 1_000)], alwaysOn(workers), service);
		expect(day.gpuHours).toBe(24 * workers);
		expect(day.hours).toBe(24);
		expect(day.utilization).toBeCloseTo(1_000 / (workers * DAY_MS), 12);
		expect([day.starts, day.coldStarts, day.mostWorkers]).toEqual([0, 0, workers]);
	});

	test('two days of a trace are 48 hours', () => {
		expect(simulateDay([single(0, 1), single(DAY_MS, 1)], alwaysOn(1), service).gpuHours).toBe(48);
	});

	test('work that is left at the end of the day is done and paid for', () => {
		const day = simulateDay(bulk(2, DAY_MS - 1_000, HOUR_MS), alwaysOn(1), service);
		expect(day.hours).toBeCloseTo(26 - 1 / 3_600, 9);
		expect(day.gpuHours).toBeCloseTo(day.hours, 9);
		expect(day.lanes.bulk.texts).toBe(2);
	});

	test('texts wait for one another', () => {
		const { lanes } = simulateDay(bulk(2, 5_000, 300), alwaysOn(1), service);
		expect(lanes.bulk.waitMs).toEqual({ p50: 0, p95: 300, p99: 300 });
		expect(lanes.bulk.answerMs).toEqual({ p50: 300, p95: 600, p99: 600 });
	});

	test('short texts share a run', () => {
		const { lanes, busyGpuHours } = simulateDay(bulk(4, 5_000, 50), alwaysOn(1), { ...service, overheadMs: 10 });
		// 10 + 3 · 50 ms is the most within 200 ms.
		expect(lanes.bulk.answerMs).toEqual({ p50: 160, p95: 220, p99: 220 });
		expect(busyGpuHours).toBeCloseTo(220 / HOUR_MS, 12);
	});

	test('a single request goes before bulk work, but interrupts no run', () => {
		const { lanes } = simulateDay([...bulk(3, 0, 1_000), single(500, 50)], alwaysOn(1), service);
		expect(lanes.interactive.waitMs.p50).toBe(500);
		expect(lanes.interactive.answerMs.p50).toBe(550);
	});
});

describe('kept after use', () => {
	test('a text pays the load, and the worker is kept so long and no longer', () => {
		const day = simulateDay([single(60_000, 100)], keepAlive(4, 300_000), service);
		expect(day.lanes.interactive.answerMs.p50).toBe(10_100);
		expect(day.gpuHours * HOUR_MS).toBeCloseTo(10_000 + 100 + 300_000, 6);
		expect(day.busyGpuHours * HOUR_MS).toBeCloseTo(100, 9);
		expect(day.decisions.map(({ atMs, workers }) => [atMs, workers])).toEqual([
			[60_000, 1],
			[370_100, 0],
		]);
		expect([day.starts, day.coldStarts]).toEqual([1, 1]);
	});

	test('a text that comes meanwhile starts the time anew', () => {
		const day = simulateDay([single(0, 100), single(200_000, 100)], keepAlive(4, 300_000), service);
		expect(day.lanes.interactive.waitMs.p95).toBe(10_000);
		expect(day.gpuHours * HOUR_MS).toBeCloseTo(200_000 + 100 + 300_000, 6);
		expect(day.starts).toBe(1);
	});

	test('as many workers as texts wait, up to the bound', () => {
		expect(simulateDay(bulk(3, 0, 1_000), keepAlive(8, 0), service).mostWorkers).toBe(3);
		expect(simulateDay(bulk(30, 0, 1_000), keepAlive(8, 0), service).mostWorkers).toBe(8);
	});
});

describe('ours', () => {
	test('the last worker goes after the idle timeout', () => {
		const day = simulateDay([single(60_000, 100)], ours(), service);
		expect(day.decisions).toEqual([
			{ atMs: 60_000, workers: 1, reason: 'cold start: texts wait' },
			{ atMs: 190_100, workers: 0, reason: 'idle for 120 s' },
		]);
		expect(day.gpuHours * HOUR_MS).toBeCloseTo(130_100, 6);
	});

	test('one of several workers waits for single requests', () => {
		const trace = [...bulk(10, 0, 1_000), single(500, 50)];
		const day = simulateDay(trace, ours({ minWorkers: 2, maxWorkers: 2 }), service);
		expect(day.lanes.interactive.waitMs.p50).toBe(0);
		expect(day.lanes.bulk.answerMs.p99).toBe(10_000);
	});

	test('that worker does bulk work as well when no single request came for long enough', () => {
		const trace = bulk(10, 0, 1_000);
		const day = simulateDay(trace, ours({ minWorkers: 2, maxWorkers: 2, keepForSinglesMs: 60_000 }), service);
		expect(day.lanes.bulk.answerMs.p99).toBe(5_000);
	});

	test('a backlog that is worth it starts all workers, and they go again', () => {
		const day = simulateDay(bulk(1_000, HOUR_MS, 1_000), ours(), service);
		expect(day.mostWorkers).toBe(4);
		expect(day.coldStarts).toBe(1);
		expect(day.steps.at(-1)!.workers).toBe(0);
		const firstStart = day.decisions.find(({ workers }) => workers > 1);
		expect(firstStart!.reason).toMatch(/what waits takes .* s, a start 10 s/);
	});

	test('the least number is there from the beginning and never goes', () => {
		const day = simulateDay([single(HOUR_MS, 10)], ours({ minWorkers: 1 }), service);
		expect(day.gpuHours).toBe(24);
		expect(day.lanes.interactive.waitMs.p99).toBe(0);
	});
});

const arrival = fc.record({
	atMs: fc.integer({ min: 0, max: DAY_MS - 1 }),
	tokens: fc.integer({ min: 1, max: 5_000 }),
	lane: fc.constantFrom('interactive' as const, 'bulk' as const),
});
const policies = () => [alwaysOn(2), keepAlive(3, 300_000), ours(), ours({ keepForSinglesMs: 60_000 })];

test('whatever comes, each text is answered once, and the accounts add up', () => {
	fc.assert(
		fc.property(fc.array(arrival, { minLength: 1, maxLength: 60 }), (texts) => {
			const trace = texts.sort((a, b) => a.atMs - b.atMs);
			for (const policy of policies()) {
				const day = simulateDay(trace, policy, { ...service, maxSharedRunMs: 1 });
				for (const lane of ['interactive', 'bulk'] as const)
					expect(day.lanes[lane].texts).toBe(trace.filter((text) => text.lane === lane).length);
				const workMs = trace.reduce((sum, { tokens }) => sum + tokens, 0);
				// Padding is the only work that is not in the trace.
				expect(day.busyGpuHours * HOUR_MS).toBeGreaterThanOrEqual(workMs - 1e-3);
				expect(day.gpuHours).toBeGreaterThanOrEqual(day.busyGpuHours - 1e-9);
				expect(day.utilization).toBeCloseTo(day.busyGpuHours / day.gpuHours, 12);
				const area = day.steps.reduce((sum, { atMs, workers }, position) => {
					const endMs = day.steps[position + 1]?.atMs ?? day.hours * HOUR_MS;
					return sum + workers * (endMs - atMs);
				}, 0);
				expect(area / HOUR_MS).toBeCloseTo(day.gpuHours, 6);
			}
		}),
		{ numRuns: 60 },
	);
});

test('the same trace gives the same day', () => {
	const trace = [...bulk(300, HOUR_MS, 700), single(HOUR_MS + 5, 30), single(2 * HOUR_MS, 30)];
	expect(simulateDay(trace, ours(), service)).toEqual(simulateDay(trace, ours(), service));
});
