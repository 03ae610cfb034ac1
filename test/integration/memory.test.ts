import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { serveAs } from './support/models';
import { builtinFolder } from './support/paths';
import { isAlive, until, untilGone } from './support/processes';

const MIB = 2 ** 20;

afterAll(cleanUp);

/** Of what a machine has to give, enough for so many bytes of models. */
function budgetOf(bytes: number): string[] {
	const limit = process.constrainedMemory();
	const total = limit > 0 && limit < totalmem() ? limit : totalmem();
	return ['--memory-utilization', String(bytes / total)];
}

/** Processes of a host and their memory, by the system’s own account. */
function workersOf(host: EmbedHost): number[] {
	const children = readFileSync(`/proc/${host.pid}/task/${host.pid}/children`, 'utf8');
	return children.trim().split(' ').filter(Boolean).map(Number);
}

function residentBytes(pid: number): number {
	return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

// The figures come from Linux’s /proc.
describe.runIf(process.platform === 'linux')('a budget for one of three models', () => {
	let host: EmbedHost;

	beforeAll(async () => {
		const models = serveAs({ a: builtinFolder, b: builtinFolder, c: builtinFolder });
		// One takes 60 to 95 MiB, as much of it as it shares with others being theirs.
		host = await EmbedHost.start([...models, '--max-workers', '1', ...budgetOf(105 * MIB)]);
	});

	test('holds one at a time: the idle one makes room, and every text is answered', async () => {
		for (const [i, id] of ['a', 'b', 'c', 'a'].entries()) {
			const before = workersOf(host);
			expect(await host.embed(`text ${i}`, { model: id })).toHaveLength(1);
			const { memory, models } = await host.status();
			expect(models.filter(({ workers }) => workers.length > 0).map((model) => model.id)).toEqual([id]);
			expect(before.filter(isAlive)).toEqual([]);
			const [worker] = models.find((model) => model.id === id)!.workers;
			expect(workersOf(host)).toEqual([worker!.pid]);
			expect(worker!.residentBytes).toBeGreaterThan(40 * MIB);
			expect(worker!.residentBytes).toBeLessThanOrEqual(residentBytes(worker!.pid) + MIB);
			expect(memory).toMatchObject({ usedBytes: worker!.residentBytes });
			expect(memory!.usedBytes).toBeLessThanOrEqual(memory!.budgetBytes);
			// Until its self-test is through it is in use.
			await host.tested(id);
		}
		expect((await host.model('b')).lastUnload).toMatchObject({ reason: 'room for c' });
	});

	test('refuses another while one is in use, with the numbers and the time to wait', async () => {
		const texts = Array.from({ length: 150 }, (_, i) => `${i} the night shift begins at ten `.repeat(8));
		const job = host.embed(texts, { model: 'a' });
		job.catch(() => {});
		await until('the job runs', async () => (await host.model('a')).queue.texts > 0);
		const { status, headers, body } = await host.post({ input: 'x', model: 'b' });
		expect(status).toBe(503);
		expect(headers['retry-after']).toBe('5');
		expect(body.error).toMatchObject({ code: 'memory_in_use' });
		expect(body.error.message).toMatch(/b needs \d+ MiB .* budget of 105 MiB .* in use: a \d+ MiB/);
		expect(await job).toHaveLength(150);
		await until('b has room', async () => (await host.post({ input: 'x', model: 'b' })).status === 200);
	});
});

describe('a budget for none', () => {
	test('refuses the model for good, and /health says why', async () => {
		const host = await EmbedHost.start(budgetOf(20 * MIB));
		const { status, body } = await host.post({ input: 'x' });
		expect(status).toBe(507);
		expect(body.error).toMatchObject({ code: 'model_too_large' });
		expect(body.error.message).toMatch(/needs \d+ MiB of memory, and all models together may take 20 MiB/);
		expect(await host.model()).toMatchObject({ state: 'failed', workers: [], reason: body.error.message });
	});
});

describe.runIf(process.platform === 'linux')('an unload', () => {
	test('returns what the load took, and says so', async () => {
		const host = await EmbedHost.start(['--idle-timeout-s', '0.5']);
		await host.embed(Array.from({ length: 100 }, (_, i) => `text ${i}`));
		const worker = await host.worker();
		if (worker !== undefined) await untilGone(worker);
		await until('it is measured', async () => (await host.model()).lastUnload?.isReturned === true);
		const { lastUnload, workers } = await host.model();
		expect(workers).toEqual([]);
		expect(workersOf(host)).toEqual([]);
		expect(lastUnload).toMatchObject({ reason: 'idle', source: 'proportional set size of /proc' });
		expect(lastUnload!.loadedBytes).toBeGreaterThan(50 * MIB);
		expect(lastUnload!.returnedShare).toBeGreaterThanOrEqual(0.98);
		expect((await host.status()).memory).toMatchObject({ usedBytes: 0 });
		expect(await host.embed('another')).toHaveLength(1);
	});
});
