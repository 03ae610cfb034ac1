import type { Clock } from '../base/clock';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { wantsBulkWorkers } from '../schedule/fleet-shape';
import type { BatchSizes } from './batch-sizes';
import type { Fleet } from './fleet';

export interface GrowerOptions {
	readonly fleet: Fleet;
	readonly sizes: BatchSizes;
	/** Bytes that further workers could take. */
	readonly availableBytes: () => number;
	readonly clock: Clock;
	readonly logger: Logger;
	/** Bulk workers were loaded, or could not be. */
	readonly onChange: () => void;
}

/** Starts a model’s bulk workers when there is enough for them to do. */
export class Grower {
	readonly #options: GrowerOptions;
	/** Since when bulk texts have been waiting without a break. */
	#waitingSinceMs: number | null = null;

	constructor(options: GrowerOptions) {
		this.#options = options;
	}

	/**
	 * @param bulkTokens that wait
	 * @param crowded whether single texts come many at a time
	 */
	growIfWorthwhile(bulkTokens: number, crowded: boolean): void {
		const { fleet, sizes, availableBytes, clock, logger, onChange } = this.#options;
		this.#waitingSinceMs = bulkTokens === 0 ? null : (this.#waitingSinceMs ?? clock.now());
		if (!fleet.canGrow || (bulkTokens === 0 && !crowded)) return;
		const { start, reason } = wantsBulkWorkers({
			backlogMs: bulkTokens * (sizes.of('quick').msPerToken ?? 0),
			waitedMs: clock.now() - (this.#waitingSinceMs ?? clock.now()),
			loadMs: fleet.quick.loadMs ?? 0,
			crowded,
			workerBytes: fleet.model?.residentBytes ?? 0,
			availableBytes: availableBytes(),
			bulkWorkers: fleet.bulk.filter(({ state }) => state === 'empty').length,
		});
		if (!start) return;
		fleet
			.grow(reason)
			.then(onChange)
			.catch((error: unknown) => logger.error('bulk workers not started', { error: messageOf(error) }));
	}
}
