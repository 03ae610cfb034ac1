import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { toBatch } from '../../runtime/session/batch';
import { SessionWorker } from '../../runtime/workers/session-worker';
import { refusalOf } from '../support/async';
import { modelSpec } from '../support/model-spec';
import { isWindows } from './support/paths';
import { isAlive, untilGone } from './support/processes';

const ODD_WORKER = join(__dirname, 'fixtures/odd-worker.cjs');
const BATCH = toBatch([[1], [2]]);
const started: SessionWorker[] = [];

async function oddWorker(oddity: string): Promise<SessionWorker> {
	const worker = new SessionWorker(0, ODD_WORKER);
	started.push(worker);
	await worker.load({ spec: modelSpec({ id: oddity }), threads: 1, spin: false });
	return worker;
}

afterEach(async () => {
	for (const worker of started.splice(0)) {
		worker.kill('the test is over');
		await untilGone(worker.pid);
	}
});

test('a worker answers its runs in order', async () => {
	const worker = await oddWorker('none');
	const [one, two] = await Promise.all([worker.run(toBatch([[1]])), worker.run(BATCH)]);
	expect([one.vectors.length, two.vectors.length]).toEqual([2, 4]);
	await worker.stop();
	expect(isAlive(worker.pid)).toBe(false);
});

describe('a worker that answers a run with', () => {
	test.each(['nonsense', 'nothing', 'too few numbers', 'the answer to a load', 'the answer to another question'])(
		'%s is killed',
		async (oddity) => {
			const worker = await oddWorker(oddity);
			const errors = await Promise.all([refusalOf(() => worker.run(BATCH)), refusalOf(() => worker.run(BATCH))]);
			expect(errors.map(({ code }) => code)).toEqual(['worker_died', 'worker_died']);
			expect(errors[0]!.message).toContain('it answered out of turn');
			await untilGone(worker.pid);
		},
	);

	test('two answers is killed before it answers the next', async () => {
		const worker = await oddWorker('two answers');
		const only = toBatch([[1]]);
		await worker.run(only);
		await worker.exited;
		expect((await refusalOf(() => worker.run(only))).code).toBe('worker_died');
	});
});

describe('a worker is gone for all who wait for it', () => {
	test('when it aborts in a run', async () => {
		const worker = await oddWorker('abort');
		expect((await refusalOf(() => worker.run(BATCH))).code).toBe('worker_died');
	});

	test('when it closes its channel and stays', async () => {
		const worker = await oddWorker('a closed channel');
		expect((await refusalOf(() => worker.run(BATCH))).code).toBe('worker_died');
		await untilGone(worker.pid);
	});

	test('at once when it is killed, whatever it does', async () => {
		const worker = await oddWorker('an endless loop');
		const waiting = refusalOf(() => worker.run(BATCH));
		worker.kill('the test says so');
		expect((await waiting).message).toContain('the test says so');
		await worker.stop();
		await untilGone(worker.pid);
	});

	test.skipIf(isWindows)('when it is stopped and told to go', async () => {
		const worker = await oddWorker('none');
		process.kill(worker.pid, 'SIGSTOP');
		await worker.stop();
		expect(isAlive(worker.pid)).toBe(false);
	});
});
