import type { Clock } from '../base/clock';
import { toEmbedError, type EmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Fleet } from './fleet';

export interface OpenerOptions {
	readonly fleet: Fleet;
	readonly clock: Clock;
	readonly logger: Logger;
	/** A worker was loaded, or could not be, or what was expected has come. */
	readonly onChange: () => void;
	/** No worker can be started. */
	readonly onFailed: (error: EmbedError) => void;
}

/** Workers in a row that may die before they are loaded: by chance, perhaps, and that costs no request. */
const MAX_LOAD_DEATHS = 3;

/** So long bulk workers do everything after the quick one could not be replaced. */
const RETRY_MS = 60_000;

/** Starts a model’s quick worker when texts come, or are about to. */
export class Opener {
	readonly #options: OpenerOptions;
	/** Texts that are still being tokenised, by request; the failure is that of a worker started for them. */
	readonly #expected = new Set<{ failure: EmbedError | null }>();
	#isOpening = false;
	#loadDeaths = 0;
	#failedAtMs = Number.NEGATIVE_INFINITY;

	constructor(options: OpenerOptions) {
		this.#options = options;
	}

	/** A worker is being started. */
	get isOpening(): boolean {
		return this.#isOpening;
	}

	/** Texts are about to come. */
	get isExpecting(): boolean {
		return this.#expected.size > 0;
	}

	/**
	 * Texts are about to come: a worker is started while they are tokenised.
	 * @returns call it when they have come; throws why no worker could be started for them
	 */
	expect(): () => void {
		const expectation: { failure: EmbedError | null } = { failure: null };
		this.#expected.add(expectation);
		this.openIfNeeded();
		return () => {
			this.#expected.delete(expectation);
			this.#options.onChange();
			if (expectation.failure) throw expectation.failure;
		};
	}

	openIfNeeded(): void {
		const { fleet, clock, onChange } = this.#options;
		if (this.#isOpening || fleet.quick.state === 'ready') return;
		if (fleet.ready.length > 0 && clock.now() - this.#failedAtMs < RETRY_MS) return;
		this.#isOpening = true;
		fleet
			.open()
			.then(
				() => (this.#loadDeaths = 0),
				(error: unknown) => this.#notOpened(toEmbedError(error)),
			)
			.finally(() => {
				this.#isOpening = false;
				// The first text goes before the self-test.
				onChange();
				void fleet.test().then(onChange);
			});
	}

	#notOpened(error: EmbedError): void {
		if (error.code === 'worker_died' && ++this.#loadDeaths < MAX_LOAD_DEATHS) return;
		this.#loadDeaths = 0;
		const { fleet, clock, logger, onFailed } = this.#options;
		if (fleet.ready.length > 0) {
			this.#failedAtMs = clock.now();
			logger.warn('quick worker not replaced: bulk workers do everything', { reason: error.message });
			return;
		}
		onFailed(error);
		for (const expectation of this.#expected) expectation.failure = error;
	}
}
