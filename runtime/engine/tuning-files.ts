import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

import { messageOf } from '../base/errors';
import { isObject, readJsonObject } from '../base/json-file';
import type { Logger } from '../base/logger';
import type { ModelSpec } from '../model/folder';
import type { Rung } from '../schedule/batch-budget';
import type { FleetShape } from '../schedule/fleet-shape';
import type { LearnedRungs } from '../schedule/learned-budget';
import type { SelfTestResult } from '../session/self-test';
import type { LearnedSizes } from './batch-sizes';

/** What was learned of a model on this machine. */
export interface Tuning extends LearnedSizes {
	readonly selfTest?: SelfTestResult | null;
	/** Memory of the largest worker seen. */
	readonly workerBytes?: number | null;
}

/** Keeps what was learned of a model on this machine between two lives of a host. */
export interface TuningStore {
	/** Empty when nothing is known. */
	read(key: string): Tuning;
	write(key: string, tuning: Tuning): void;
}

/** Names all that the speed of a batch depends on. */
export function tuningKey(spec: ModelSpec, shape: FleetShape): string {
	const facts = [spec.revision, spec.graphFile, 'cpu', cpus()[0]?.model ?? '', shape];
	return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
}

/** One small JSON file a model and machine, in a folder of the cache. Best effort: a fault costs a new measurement. */
export class TuningFiles implements TuningStore {
	readonly #folder: string;
	readonly #logger: Logger;

	/** @param version of this package: another may bring another onnxruntime, with other speeds */
	constructor(cacheDir: string, version: string, logger: Logger) {
		this.#folder = join(cacheDir, 'tuning', version);
		this.#logger = logger;
	}

	read(key: string): Tuning {
		try {
			const found = readJsonObject(this.#file(key)) ?? {};
			return {
				quick: rungsOf(found.quick),
				bulk: rungsOf(found.bulk),
				selfTest: selfTestOf(found.selfTest),
				workerBytes: isPositive(found.workerBytes) ? found.workerBytes : null,
			};
		} catch (error) {
			this.#logger.debug('tuning not read', { reason: messageOf(error) });
			return {};
		}
	}

	write(key: string, tuning: Tuning): void {
		const file = this.#file(key);
		try {
			mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
			const part = `${file}.${process.pid}`;
			writeFileSync(part, JSON.stringify(tuning), { mode: 0o600 });
			renameSync(part, file);
		} catch (error) {
			this.#logger.debug('tuning not written', { reason: messageOf(error) });
		}
	}

	#file(key: string): string {
		return join(this.#folder, `${key}.json`);
	}
}

/** Of a list that may hold anything, what makes sense. */
function rungsOf(value: unknown): LearnedRungs {
	if (!Array.isArray(value)) return [];
	return value
		.filter(isObject)
		.filter(({ tokens, msPerToken, runs }) => [tokens, msPerToken, runs].every(isPositive)) as unknown as Rung[];
}

function isPositive(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function selfTestOf(value: unknown): SelfTestResult | null {
	if (!isObject(value) || typeof value.exact !== 'boolean' || typeof value.lowestCosine !== 'number') return null;
	return { exact: value.exact, lowestCosine: value.lowestCosine };
}
