import type { Priority } from '../base/provider';
import { DAY_MS, HOUR_MS, type Arrival } from './arrival';
import { percentilesOf, type Percentiles } from './percentile';
import type { ScalingPolicy } from './policy';
import type { Service } from './service';
import { VirtualClock } from './virtual-clock';
import type { LoggedDecision } from './virtual-fleet';
import { VirtualHost } from './virtual-host';
import type { GpuAccount } from './virtual-worker';

export interface LaneResult {
	readonly texts: number;
	/** From arrival to the start of the run. */
	readonly waitMs: Percentiles;
	/** From arrival to the end of the run. */
	readonly answerMs: Percentiles;
}

/** A trace under one policy. */
export interface DayResult {
	readonly policy: string;
	/** What was simulated: whole days, longer only where work was left at their end. */
	readonly hours: number;
	/** Paid: from each worker’s start to its end, loading and idling included. */
	readonly gpuHours: number;
	readonly busyGpuHours: number;
	/** Busy over paid, 0 to 1; 0 when nothing was paid. */
	readonly utilization: number;
	readonly starts: number;
	/** Starts while no worker was there. */
	readonly coldStarts: number;
	readonly mostWorkers: number;
	readonly lanes: Readonly<Record<Priority, LaneResult>>;
	readonly steps: GpuAccount['steps'];
	readonly decisions: readonly LoggedDecision[];
}

/** Lets a trace happen under a policy, from midnight of its first day to the end of its last. */
export function simulateDay(arrivals: readonly Arrival[], policy: ScalingPolicy, service: Service): DayResult {
	const clock = new VirtualClock();
	const times = { interactive: newTimes(), bulk: newTimes() };
	const host = new VirtualHost({
		policy,
		service,
		clock,
		onServed: ({ lane, waitMs, answerMs }) => {
			times[lane].waitMs.push(waitMs);
			times[lane].answerMs.push(answerMs);
		},
	});
	let position = 0;
	const comeNext = () => {
		const first = arrivals[position];
		if (!first) return;
		let end = position;
		while (arrivals[end]?.atMs === first.atMs) end++;
		const together = arrivals.slice(position, end);
		position = end;
		clock.after(first.atMs - clock.now(), () => {
			host.take(together);
			comeNext();
		});
	};
	comeNext();
	const wholeMs = Math.max(1, Math.floor((arrivals.at(-1)?.atMs ?? 0) / DAY_MS) + 1) * DAY_MS;
	for (let nextMs = clock.nextMs; nextMs !== null; nextMs = clock.nextMs) {
		if (nextMs > wholeMs && host.isIdle) break;
		clock.step();
	}
	clock.moveTo(wholeMs);
	host.fleet.close();
	const { account, starts, coldStarts, decisions } = host.fleet;
	return {
		policy: policy.name,
		hours: clock.now() / HOUR_MS,
		gpuHours: account.paidMs / HOUR_MS,
		busyGpuHours: account.busyMs / HOUR_MS,
		utilization: account.paidMs === 0 ? 0 : account.busyMs / account.paidMs,
		starts,
		coldStarts,
		mostWorkers: account.steps.reduce((most, { workers }) => Math.max(most, workers), 0),
		lanes: { interactive: toLane(times.interactive), bulk: toLane(times.bulk) },
		steps: account.steps,
		decisions,
	};
}

interface Times {
	readonly waitMs: number[];
	readonly answerMs: number[];
}

function newTimes(): Times {
	return { waitMs: [], answerMs: [] };
}

function toLane({ waitMs, answerMs }: Times): LaneResult {
	return { texts: waitMs.length, waitMs: percentilesOf(waitMs), answerMs: percentilesOf(answerMs) };
}
