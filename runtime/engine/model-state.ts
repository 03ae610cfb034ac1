import type { ModelState } from '../base/provider';

/** Where a model may go from each state; nothing else is legal. */
export const MODEL_MOVES: Readonly<Record<ModelState, readonly ModelState[]>> = {
	cold: ['loading', 'failed'],
	loading: ['ready', 'failed', 'cold'],
	ready: ['cold'],
	failed: ['loading'],
};

export type MoveListener = (to: ModelState, reason: string, from: ModelState) => void;

/** A model’s state and why it is in it; the one place where either changes. */
export class ModelLife {
	#state: ModelState = 'cold';
	#reason = 'not used yet';
	readonly #listener: MoveListener;

	constructor(listener: MoveListener) {
		this.#listener = listener;
	}

	get state(): ModelState {
		return this.#state;
	}

	get reason(): string {
		return this.#reason;
	}

	/** More is known of the state that it is in. */
	explain(reason: string): void {
		this.#reason = reason;
	}

	move(to: ModelState, reason: string): void {
		const from = this.#state;
		if (!MODEL_MOVES[from].includes(to)) throw new Error(`illegal model move: ${from} to ${to} (${reason})`);
		this.#state = to;
		this.#reason = reason;
		this.#listener(to, reason, from);
	}
}
