import { messageOf, toEmbedError } from '../base/errors';
import type { ModelLife } from './model-state';

/** Who gives a model’s workers their room, and measures what they took of it. */
export interface FleetMemory {
	/**
	 * Before the first worker is started.
	 * @returns call it once the worker is loaded or has failed
	 * @throws EmbedError why there is no room
	 */
	admit(): Promise<() => void>;
	/** Before a worker is told to go. @returns call it when the worker is gone */
	leaving(pid: number, reason: string): Promise<() => void>;
}

/**
 * Asks for the room of the first worker. A model that will never have it has failed; one that may have it later stays as
 * it is, and its state says what it waits for.
 * @returns call it once the worker is loaded or has failed
 * @throws EmbedError why there is no room
 */
export async function admitModel(memory: FleetMemory, life: ModelLife): Promise<() => void> {
	try {
		return await memory.admit();
	} catch (error) {
		const isFinal = toEmbedError(error).code === 'model_too_large';
		if (isFinal && life.state === 'cold') life.move('failed', messageOf(error));
		else life.explain(messageOf(error));
		throw error;
	}
}
