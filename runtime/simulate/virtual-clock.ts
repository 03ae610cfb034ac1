import type { Clock, Timer } from '../base/clock';

interface Event {
	readonly dueMs: number;
	/** Events of the same moment happen in the order in which they were asked for. */
	readonly order: number;
	/** Null once cancelled. */
	action: (() => void) | null;
}

/** Time that jumps from one event to the next, so that a day passes in seconds and always in the same way. */
export class VirtualClock implements Clock {
	/** A binary heap: each event is due no later than the two at twice its position. */
	readonly #heap: Event[] = [];
	#nowMs = 0;
	#orders = 0;

	now(): number {
		return this.#nowMs;
	}

	after(delayMs: number, action: () => void): Timer {
		const event: Event = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#orders++, action };
		this.#push(event);
		return { cancel: () => void (event.action = null) };
	}

	/** When the next event is due; null when there is none. */
	get nextMs(): number | null {
		this.#dropCancelled();
		return this.#heap[0]?.dueMs ?? null;
	}

	/** Lets the next event happen; nothing when there is none. */
	step(): void {
		this.#dropCancelled();
		const event = this.#pop();
		if (!event) return;
		this.#nowMs = event.dueMs;
		event.action?.();
	}

	/** Time passes without an event. @param atMs not after the next event */
	moveTo(atMs: number): void {
		this.#nowMs = Math.max(this.#nowMs, atMs);
	}

	#dropCancelled(): void {
		while (this.#heap[0]?.action === null) this.#pop();
	}

	#push(event: Event): void {
		const heap = this.#heap;
		let position = heap.push(event) - 1;
		while (position > 0) {
			const above = (position - 1) >> 1;
			if (!isBefore(event, heap[above]!)) break;
			heap[position] = heap[above]!;
			position = above;
		}
		heap[position] = event;
	}

	#pop(): Event | undefined {
		const heap = this.#heap;
		const first = heap[0];
		const moved = heap.pop();
		if (!moved || heap.length === 0) return first;
		let position = 0;
		for (;;) {
			let below = 2 * position + 1;
			if (below >= heap.length) break;
			if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
			if (!isBefore(heap[below]!, moved)) break;
			heap[position] = heap[below]!;
			position = below;
		}
		heap[position] = moved;
		return first;
	}
}

function isBefore(a: Event, b: Event): boolean {
	return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
