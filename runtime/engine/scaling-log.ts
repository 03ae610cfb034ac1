import type { ScalingEvent } from '../base/provider';

/** As many as a day of bursts has. */
const KEPT_EVENTS = 50;

/** The latest changes of the number of workers, oldest first. */
export class ScalingLog {
	#events: ScalingEvent[] = [];

	get events(): readonly ScalingEvent[] {
		return this.#events;
	}

	add(from: number, to: number, reason: string): void {
		const event = { at: new Date().toISOString(), from, to, reason };
		this.#events = [...this.#events, event].slice(-KEPT_EVENTS);
	}
}
