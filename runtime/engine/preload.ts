import { toEmbedError } from '../base/errors';
import { DEATHS_TO_OPEN } from '../schedule/breaker';
import type { Dispatcher } from './dispatcher';
import type { Fleet } from './fleet';

export interface PreloadOptions {
	readonly dispatcher: Dispatcher;
	readonly fleet: Fleet;
	/** From the end of the load on. */
	readonly idleTimeoutMs: number;
}

/**
 * Loads a model’s quick worker for texts that will come later.
 * @returns whether it was loaded before
 * @throws EmbedError why it does not load
 */
export async function preload(options: PreloadOptions): Promise<boolean> {
	const wasLoaded = options.fleet.quick.state === 'ready';
	for (let load = 1; !(await hasLoaded(options, load)); load++);
	// Where the worker had to be started more than once, nobody has begun the test.
	void options.fleet.test();
	return wasLoaded;
}

/** @returns false when a worker died and another may be tried */
async function hasLoaded({ dispatcher, fleet, idleTimeoutMs }: PreloadOptions, load: number): Promise<boolean> {
	// Held as if texts were being tokenised: the idle timer begins when they have “come”.
	const arrive = dispatcher.expect();
	try {
		await fleet.open();
		return true;
	} catch (thrown) {
		const error = toEmbedError(thrown);
		if (error.code !== 'worker_died' || load === DEATHS_TO_OPEN) throw error;
		return false;
	} finally {
		fleet.keepFor(idleTimeoutMs);
		arrive();
	}
}
