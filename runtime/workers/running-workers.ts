import { SessionWorker } from './session-worker';

/** The session workers of this process. A host that must end now ends them too: one that hangs would outlive it. */
export class RunningWorkers {
	readonly #workers = new Set<SessionWorker>();

	/** @param niceness how far its processor time yields to that of others, 0 to 19 as the system counts it */
	start(niceness: number): SessionWorker {
		const worker = new SessionWorker(niceness);
		this.#workers.add(worker);
		void worker.exited.then(() => this.#workers.delete(worker));
		return worker;
	}

	/** Ends all of them at once, also those that are stopped or stuck. */
	kill(): void {
		for (const worker of this.#workers) worker.kill('the host ends at once');
	}
}
