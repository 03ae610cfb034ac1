import type { Clock, Timer } from '../../runtime/base/clock';

interface Waiting {
	readonly dueMs: number;
	readonly action: () => void;
}

/** Time that moves only when told. */
export class FakeClock implements Clock {
	#nowMs = 0;
	readonly #waiting: Waiting[] = [];

	now(): number {
		return this.#nowMs;
	}

	after(delayMs: number, action: () => void): Timer {
		const entry: Waiting = { dueMs: this.#nowMs + delayMs, action };
		this.#waiting.push(entry);
		return { cancel: () => this.#remove(entry) };
	}

	get timers(): number {
		return this.#waiting.length;
	}

	/** Runs what falls due on the way, earliest first; what those actions set may fall due as well. */
	advance(ms: number): void {
		const endMs = this.#nowMs + ms;
		for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
			this.#remove(next);
			this.#nowMs = next.dueMs;
			next.action();
		}
		this.#nowMs = endMs;
	}

	#next(endMs: number): Waiting | undefined {
		const due = this.#waiting.filter(({ dueMs }) => dueMs <= endMs);
		return due.sort((a, b) => a.dueMs - b.dueMs)[0];
	}

	#remove(entry: Waiting): void {
		const position = this.#waiting.indexOf(entry);
		if (position >= 0) this.#waiting.splice(position, 1);
	}
}
