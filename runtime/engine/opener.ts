import type { Clock } from '../base/clock';
import { EmbedError, toEmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import { afterDeath, CLOSED, verdict, type BreakerState } from '../schedule/breaker';
import type { Fleet } from './fleet';
import type { Replacement } from './replacement';

export interface OpenerOptions {
	readonly fleet: Fleet;
	/** When a worker that died may be replaced. */
	readonly replacement: Replacement;
	readonly clock: Clock;
	readonly logger: Logger;
	/** A worker was loaded, or could not be, or what was expected has come. */
	readonly onChange: () => void;
	/** No worker can be started. */
	readonly onFailed: (error: EmbedError) => void;
}

/** So long bulk workers do everything after the quick one could not be replaced. */
const RETRY_MS = 60_000;

/** Starts a model’s quick worker when texts come, or are about to. */
export class Opener {
	readonly #options: OpenerOptions;
	/** Texts that are still being tokenised, by request; the failure is that of a worker started for them. */
	readonly #expected = new Set<{ failure: EmbedError | null }>();
	#isOpening = false;
	#breaker: BreakerState = CLOSED;
	/** How the last worker died that did not load. */
	#lastDeath = '';
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

	/** Why the model is left alone for a while, or null. */
	get unavailable(): string | null {
		return this.#refusal?.message ?? null;
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
		const { fleet, replacement, clock, onChange } = this.#options;
		if (this.#isOpening || fleet.quick.state === 'ready') return;
		if (fleet.ready.length > 0 && clock.now() - this.#failedAtMs < RETRY_MS) return;
		const refusal = this.#refusal;
		if (refusal) return this.#refuse(refusal);
		if (replacement.isWaiting) return;
		this.#isOpening = true;
		const { unloads } = fleet;
		fleet
			.open()
			.then(
				() => (this.#breaker = CLOSED),
				(error: unknown) => this.#notOpened(toEmbedError(error), fleet.unloads !== unloads),
			)
			.finally(() => {
				this.#isOpening = false;
				// The first text goes before the self-test.
				onChange();
				void fleet.test().then(onChange);
			});
	}

	/** @param isUnloaded it was told to go while it loaded, and has not died of that */
	#notOpened(error: EmbedError, isUnloaded: boolean): void {
		if (error.code !== 'worker_died') return this.#refuse(error);
		if (isUnloaded) return;
		const { replacement, clock } = this.#options;
		replacement.died();
		this.#lastDeath = error.message;
		this.#breaker = afterDeath(this.#breaker, clock.now());
		const refusal = this.#refusal;
		if (refusal) this.#refuse(refusal);
	}

	/** What callers are told while the breaker is open; null while a worker may be started. */
	get #refusal(): EmbedError | null {
		const { clock } = this.#options;
		const { deaths, openUntilMs } = this.#breaker;
		if (openUntilMs === null || verdict(this.#breaker, clock.now()) !== 'open') return null;
		const retryAfterS = Math.ceil((openUntilMs - clock.now()) / 1_000);
		return new EmbedError(
			'model_unavailable',
			`The model’s process died ${deaths} times in a row while it loaded, the last time with: ${this.#lastDeath}. It is tried again in ${retryAfterS} s`,
			{ retryAfterS },
		);
	}

	#refuse(error: EmbedError): void {
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
