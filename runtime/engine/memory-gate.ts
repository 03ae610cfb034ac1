import { EmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { SystemMemory } from '../machine/system-memory';
import { fitModel, type MemoryAnswer, type MemoryHolder } from '../schedule/memory-budget';

/** A model as the budget sees it. */
export interface MemoryMember {
	readonly id: string;
	readonly isLoaded: boolean;
	/** What its workers hold, by the latest look. */
	readonly heldBytes: number;
	/** What its first worker will take, by measure or estimate. */
	readonly neededBytes: number;
	/** When it was last used; null while it is in use. */
	readonly idleSinceMs: number | null;
	/** Looks anew at what its workers hold. */
	refresh(): Promise<void>;
	unload(reason: string): Promise<void>;
}

export interface MemoryGateOptions {
	/** Share of the system’s memory that all models together may hold, 0 to 1. */
	readonly share: number;
	readonly system: () => SystemMemory;
	readonly logger: Logger;
}

/** Models in use leave at no time that could be known. */
const RETRY_AFTER_S = 5;

/** Asked before a model’s first worker is started: lets it pass, unloads idle models for it, or refuses it with the numbers. */
export class MemoryGate {
	readonly #options: MemoryGateOptions;
	readonly #members: MemoryMember[] = [];
	/** Let through, and perhaps not in memory yet. */
	readonly #loading = new Set<MemoryMember>();
	/** One question at a time: two models must not be given the same room. */
	#last: Promise<unknown> = Promise.resolve();

	constructor(options: MemoryGateOptions) {
		this.#options = options;
	}

	add(member: MemoryMember): void {
		this.#members.push(member);
	}

	get budgetBytes(): number {
		return Math.floor(this.#options.share * this.#options.system().totalBytes);
	}

	get usedBytes(): number {
		return this.#holders().reduce((sum, { bytes }) => sum + bytes, 0);
	}

	/** What further workers may take: of the budget, and of what the system has. */
	get roomBytes(): number {
		return Math.max(0, Math.min(this.budgetBytes - this.usedBytes, this.#availableBytes));
	}

	/**
	 * Makes room for the first worker of a model.
	 * @returns call it once the worker is loaded or has failed
	 * @throws EmbedError `model_too_large` or `memory_in_use`, with the numbers
	 */
	async admit(member: MemoryMember): Promise<() => void> {
		const turn = this.#last.then(() => this.#admit(member));
		this.#last = turn.catch(() => {});
		return turn;
	}

	async #admit(member: MemoryMember): Promise<() => void> {
		await Promise.all(this.#members.filter(({ isLoaded }) => isLoaded).map((other) => other.refresh()));
		const answer = this.#ask(member);
		if (answer.kind === 'unload') {
			await this.#makeRoom(answer.ids, member);
			return this.#admit(member);
		}
		if (answer.kind !== 'load') throw this.#refusal(member, answer);
		this.#loading.add(member);
		return () => void this.#loading.delete(member);
	}

	#ask(member: MemoryMember): MemoryAnswer {
		return fitModel({
			neededBytes: member.neededBytes,
			holders: this.#holders().filter(({ id }) => id !== member.id),
			budgetBytes: this.budgetBytes,
			availableBytes: this.#availableBytes,
		});
	}

	async #makeRoom(ids: readonly string[], { id, neededBytes }: MemoryMember): Promise<void> {
		this.#options.logger.info('unloading idle models', { models: ids, for: id, neededBytes });
		const leaving = this.#members.filter((member) => ids.includes(member.id));
		await Promise.all(leaving.map((member) => member.unload(`room for ${id}`)));
	}

	#holders(): MemoryHolder[] {
		const present = this.#members.filter((member) => member.isLoaded || this.#loading.has(member));
		return present.map((member) => {
			const { id, heldBytes, neededBytes, idleSinceMs } = member;
			if (this.#loading.has(member)) return { id, bytes: Math.max(heldBytes, neededBytes), idleSinceMs: null };
			return { id, bytes: heldBytes, idleSinceMs };
		});
	}

	/** The system does not know yet of what is being loaded. */
	get #availableBytes(): number {
		const expected = [...this.#loading].reduce((sum, { neededBytes }) => sum + neededBytes, 0);
		return Math.max(0, this.#options.system().availableBytes - expected);
	}

	#refusal({ id, neededBytes }: MemoryMember, answer: Exclude<MemoryAnswer, { kind: 'load' | 'unload' }>): EmbedError {
		const budget = `${mib(this.budgetBytes)} (--memory-utilization ${this.#options.share} of ${mib(this.#options.system().totalBytes)})`;
		if (answer.kind === 'too_large') {
			return new EmbedError(
				'model_too_large',
				`${id} needs ${mib(neededBytes)} of memory, and all models together may take ${budget}. Take a smaller file of it with --dtype, raise --memory-utilization, or use a machine with more memory`,
			);
		}
		const users = answer.inUse.map((holder) => `${holder.id} ${mib(holder.bytes)}`).join(', ') || 'none';
		const held = `${mib(answer.usedBytes)} of the budget of ${budget} are held; in use: ${users}`;
		const why =
			answer.by === 'models'
				? held
				: `the machine has ${mib(this.#availableBytes)} left, taken by other programs; ${held}`;
		return new EmbedError(
			'memory_in_use',
			`${id} needs ${mib(neededBytes)} of memory and has to wait: ${why}. Ask again when they are done, or raise --memory-utilization`,
			{ retryAfterS: RETRY_AFTER_S },
		);
	}
}

function mib(bytes: number): string {
	return `${Math.round(bytes / 2 ** 20)} MiB`;
}
