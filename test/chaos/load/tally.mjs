// What came of requests.
import { percentile } from '../../bench/statistics.mjs';

const FAULTS_KEPT = 5;

export class Tally {
	counts = { answered: 0, refused: 0, hungUp: 0, failed: 0, wrong: 0 };
	texts = 0;
	tokens = 0;
	#ms = { answered: { bulk: [], single: [] }, refused: { bulk: [], single: [] } };
	/** What the first requests that failed or were wrong said. */
	faults = [];

	/** @param outcome of `sendRequest` */
	add({ outcome, kind, ms, texts = 0, tokens = 0, detail }) {
		this.counts[outcome]++;
		this.#ms[outcome]?.[kind].push(ms);
		this.texts += texts;
		this.tokens += tokens;
		const isFault = outcome === 'failed' || outcome === 'wrong';
		if (isFault && this.faults.length < FAULTS_KEPT) this.faults.push(`${outcome}, ${kind}: ${detail}`);
	}

	get requests() {
		return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
	}

	/** @param outcome `answered` or `refused` */
	count(outcome, kind) {
		return this.#ms[outcome][kind].length;
	}

	/** Milliseconds that this share of the requests did not exceed. @param kinds default: all together */
	latencyMs(share, outcome = 'answered', kinds = ['bulk', 'single']) {
		return Math.round(
			percentile(
				kinds.flatMap((kind) => this.#ms[outcome][kind]),
				share,
			),
		);
	}

	/** In a few words, for a scenario’s line. */
	get figures() {
		const { counts } = this;
		return {
			requests: this.requests,
			texts: this.texts,
			failed: counts.failed,
			wrong: counts.wrong,
			hungUp: counts.hungUp,
			...(counts.refused > 0 && { refused: counts.refused }),
			singleMs: `${this.latencyMs(0.5, 'answered', ['single'])} p50 ${this.latencyMs(0.99, 'answered', ['single'])} p99`,
			bulkMs: `${this.latencyMs(0.5, 'answered', ['bulk'])} p50 ${this.latencyMs(0.99, 'answered', ['bulk'])} p99`,
		};
	}
}
