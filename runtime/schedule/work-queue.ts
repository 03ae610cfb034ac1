import { fitBatch, type BatchLimits } from './fit-batch';

/** What the queue needs to know of a text. */
export interface Queued {
	readonly tokens: number;
	/** Must run without company. */
	readonly alone: boolean;
}

/** Texts looked at for one batch: enough to find like lengths, few enough to cost nothing. */
const WINDOW_TEXTS = 1_024;

/** Texts waiting for a worker, oldest first. */
export class WorkQueue<T extends Queued> {
	readonly #waiting: T[] = [];

	get texts(): number {
		return this.#waiting.length;
	}

	get tokens(): number {
		return this.#waiting.reduce((sum, { tokens }) => sum + tokens, 0);
	}

	push(work: T): void {
		this.#waiting.push(work);
	}

	/** Back to the head, in order: what was already under way waits behind nobody. */
	putBack(works: readonly T[]): void {
		this.#waiting.unshift(...works);
	}

	remove(work: T): void {
		const position = this.#waiting.indexOf(work);
		if (position >= 0) this.#waiting.splice(position, 1);
	}

	takeBatch(limits: BatchLimits): T[] {
		const window = this.#waiting.slice(0, WINDOW_TEXTS);
		const head = window[0];
		if (!head) return [];
		const candidates = head.alone ? [head] : window.filter(({ alone }) => !alone);
		const chosen = fitBatch(
			candidates.map(({ tokens }) => tokens),
			limits,
		).map((position) => candidates[position]!);
		const taken = new Set(chosen);
		const rest = window.filter((work) => !taken.has(work));
		this.#waiting.splice(0, window.length, ...rest);
		return chosen;
	}

	takeAll(): T[] {
		return this.#waiting.splice(0);
	}
}
