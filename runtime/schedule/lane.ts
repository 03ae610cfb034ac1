/** What a lane needs to know of a text. */
export interface Queued {
	readonly tokens: number;
	/** Must run without company. */
	readonly alone: boolean;
	/** Texts that are suspected together run in no other company; null: not suspected. */
	readonly suspects: object | null;
	/** The request that asked for it; texts of one request wait behind one another, not behind other requests’. */
	readonly job: object;
}

/**
 * Texts that wait, fair between requests: each request has its turn, in which the batch is built around its oldest
 * text. A turn costs about the same whatever the lengths, since batches are cut by tokens; a request that comes later
 * has its first turn after those that wait, and its next after everyone else’s, so a large job shuts out nobody and
 * no stream of small ones shuts out a large job.
 */
export class Lane<T extends Queued> {
	/** Texts of each request, oldest first; requests in the order of their turns. */
	readonly #jobs = new Map<object, Set<T>>();
	/** Came back from a run that failed: they wait behind nobody. */
	readonly #returned = new Set<T>();
	#texts = 0;
	#tokens = 0;

	get texts(): number {
		return this.#texts;
	}

	get tokens(): number {
		return this.#tokens;
	}

	push(work: T): void {
		const waiting = this.#jobs.get(work.job);
		if (waiting) waiting.add(work);
		else this.#jobs.set(work.job, new Set([work]));
		this.#count(work, 1);
	}

	/** To the head, in order. */
	putBack(works: readonly T[]): void {
		const waiting = [...this.#returned];
		this.#returned.clear();
		for (const work of [...works, ...waiting]) this.#returned.add(work);
		for (const work of works) this.#count(work, 1);
	}

	/** @returns whether it waited here */
	remove(work: T): boolean {
		const waiting = this.#jobs.get(work.job);
		const found = this.#returned.delete(work) || waiting?.delete(work) === true;
		if (found) this.#count(work, -1);
		if (waiting?.size === 0) this.#jobs.delete(work.job);
		return found;
	}

	/** Up to `limit` texts in the order of their turns: one of each request in every round. */
	window(limit: number): T[] {
		const found = [...this.#returned].slice(0, limit);
		let rounds = [...this.#jobs.values()].map((waiting) => waiting.values());
		while (rounds.length > 0 && found.length < limit) {
			rounds = rounds.filter((waiting) => {
				const { value, done } = waiting.next();
				if (!done && found.length < limit) found.push(value);
				return !done;
			});
		}
		return found;
	}

	/** Takes texts of one batch, of which the first had the turn: its request has the next after everyone else’s. */
	take(works: readonly T[]): void {
		const job = works[0]?.job;
		const hadTurn = works[0] !== undefined && !this.#returned.has(works[0]);
		for (const work of works) this.remove(work);
		const rest = job && this.#jobs.get(job);
		if (!rest || !hadTurn) return;
		this.#jobs.delete(job);
		this.#jobs.set(job, rest);
	}

	takeAll(): T[] {
		const all = this.window(Number.POSITIVE_INFINITY);
		this.#jobs.clear();
		this.#returned.clear();
		this.#texts = this.#tokens = 0;
		return all;
	}

	#count({ tokens }: T, sign: 1 | -1): void {
		this.#texts += sign;
		this.#tokens += sign * tokens;
	}
}
