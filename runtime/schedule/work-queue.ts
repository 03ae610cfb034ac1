import type { Priority } from '../base/provider';
import { fitBatch, type BatchLimits } from './fit-batch';
import { Lane, type Queued } from './lane';
import { pickLane } from './pick-lane';

export interface Waiting extends Queued {
	readonly lane: Priority;
}

/** Texts looked at for one batch: enough to find like lengths, few enough to cost nothing. */
const WINDOW_TEXTS = 512;

/** Texts waiting for a worker, in two lanes. */
export class WorkQueue<T extends Waiting> {
	readonly #lanes: Readonly<Record<Priority, Lane<T>>> = { interactive: new Lane<T>(), bulk: new Lane<T>() };
	/** Interactive batches in a row that passed over waiting bulk texts. */
	#passes = 0;

	get texts(): number {
		return this.#lanes.interactive.texts + this.#lanes.bulk.texts;
	}

	get tokens(): number {
		return this.#lanes.interactive.tokens + this.#lanes.bulk.tokens;
	}

	lane(name: Priority): { readonly texts: number; readonly tokens: number } {
		return this.#lanes[name];
	}

	push(work: T): void {
		this.#lanes[work.lane].push(work);
	}

	/** Back to the head of their lanes, in order: what was already under way waits behind nobody. */
	putBack(works: readonly T[]): void {
		for (const name of ['interactive', 'bulk'] as const)
			this.#lanes[name].putBack(works.filter(({ lane }) => lane === name));
	}

	/** @returns whether it waited here */
	remove(work: T): boolean {
		return this.#lanes[work.lane].remove(work);
	}

	/** The lane that is next for a worker that serves both; null when nothing waits. */
	nextLane(): Priority | null {
		return pickLane({ interactive: this.#lanes.interactive.texts, bulk: this.#lanes.bulk.texts }, this.#passes);
	}

	/** The next batch of a lane; empty only when nothing waits there. */
	takeBatch(name: Priority, limits: BatchLimits): T[] {
		const lane = this.#lanes[name];
		const head = lane.window(1)[0];
		if (!head) return [];
		const isCompany = ({ alone, suspects }: T) => !alone && suspects === head.suspects;
		const candidates = head.alone ? [head] : lane.window(WINDOW_TEXTS).filter(isCompany);
		const lengths = candidates.map(({ tokens }) => tokens);
		const chosen = fitBatch(lengths, limits).map((position) => candidates[position]!);
		lane.take(chosen);
		this.#passes = name === 'interactive' && this.#lanes.bulk.texts > 0 ? this.#passes + 1 : 0;
		return chosen;
	}

	takeAll(): T[] {
		return [...this.#lanes.interactive.takeAll(), ...this.#lanes.bulk.takeAll()];
	}
}
