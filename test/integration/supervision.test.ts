import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { childrenOf, isAlive, isLinux, until, untilGone } from './support/processes';
import { expectNear } from './support/vectors';
import { isWindows } from './support/paths';

const TEXTS = Array.from({ length: 120 }, (_, i) => `${i} the night shift begins at ten `.repeat(1 + (i % 9)));
const stopped: number[] = [];

/** A process that hangs: it neither runs nor ends until it is killed. */
function hang(pid: number): void {
	process.kill(pid, 'SIGSTOP');
	stopped.push(pid);
}

afterEach(() => {
	for (const pid of stopped.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});
afterAll(cleanUp);

/** A host that has learned how long its runs take, so that it knows soon when one hangs. */
async function learnedHost(): Promise<{ host: EmbedHost; expected: Float32Array[] }> {
	const host = await EmbedHost.start(['--cache-bytes', '0', '--max-workers', '1']);
	await host.warm(host.models[0]!);
	return { host, expected: await host.embed(TEXTS) };
}

describe.skipIf(isWindows)('a worker that hangs', () => {
	test('during a run is killed, and every text has its right vector', async (context) => {
		const { host, expected } = await learnedHost();
		const worker = (await host.worker())!;
		const answers = [host.embed(TEXTS), ...TEXTS.slice(0, 5).map((text) => host.embed(text))];
		await until('the worker is busy', async () => (await host.model()).queue.texts > 0);
		hang(worker);
		const [all, ...single] = await Promise.all(answers);
		await expectNear(context, all!, expected, 0.99999);
		await expectNear(context, single.flat(), expected.slice(0, 5), 0.99999);
		await untilGone(worker);
		expect(await host.worker()).not.toBe(worker);
		expect(host.log).toMatch(/did not answer within \d+ s and was killed/);
	});

	test('while it is idle is found out by the next text, which has its vector', async (context) => {
		const { host, expected } = await learnedHost();
		const worker = (await host.worker())!;
		hang(worker);
		await expectNear(context, await host.embed(TEXTS.slice(0, 3)), expected.slice(0, 3), 0.99999);
		await untilGone(worker);
	});

	test.skipIf(!isLinux)('while it loads again is killed, and the next one loads', async (context) => {
		const { host, expected } = await learnedHost();
		const first = (await host.worker())!;
		process.kill(first, 'SIGKILL');
		await untilGone(first);
		const answer = host.embed(TEXTS.slice(0, 3));
		let second: number | undefined;
		await until('another is started', () => (second = childrenOf(host.pid)[0]) !== undefined);
		hang(second!);
		expect(await host.model()).toMatchObject({ state: 'loading', workers: [{ pid: second }] });
		await expectNear(context, await answer, expected.slice(0, 3), 0.99999);
		await untilGone(second!);
	});

	test('does not keep its host from ending', async () => {
		const { host } = await learnedHost();
		const worker = (await host.worker())!;
		hang(worker);
		await host.stop();
		await untilGone(worker);
	});
});

describe.skipIf(isWindows)('a host that was stopped together with its worker', () => {
	test('goes on with the same worker', async (context) => {
		const { host, expected } = await learnedHost();
		const worker = (await host.worker())!;
		const answer = host.embed(TEXTS);
		await until('the worker is busy', async () => (await host.model()).queue.texts > 0);
		process.kill(host.pid, 'SIGSTOP');
		hang(worker);
		// Longer than a run may take.
		await new Promise((resolve) => setTimeout(resolve, 15_000));
		process.kill(host.pid, 'SIGCONT');
		process.kill(worker, 'SIGCONT');
		await expectNear(context, await answer, expected, 0.99999);
		expect(await host.worker()).toBe(worker);
	});
});

describe('workers that are killed while they load', () => {
	test('three times in a row are left alone for a while, and then the model serves again', async (context) => {
		const { host, expected } = await learnedHost();
		const known = (await host.worker())!;
		process.kill(known, 'SIGKILL');
		await untilGone(known);
		const asked = host.post({ input: TEXTS.slice(0, 3) });
		let last: number | undefined = known;
		for (let death = 0; death < 3; death++) {
			await until('another loads', async () => {
				const { state, workers } = await host.model();
				return state === 'loading' && workers[0] !== undefined && workers[0].pid !== last;
			});
			last = (await host.worker())!;
			process.kill(last, 'SIGKILL');
		}
		const { status, body, headers } = await asked;
		expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'model_unavailable' });
		const retryAfterS = Number(headers['retry-after']);
		expect(retryAfterS).toBeGreaterThanOrEqual(1);
		expect(retryAfterS).toBeLessThanOrEqual(10);
		const again = await host.post({ input: 'another' });
		expect(again.body.error.code).toBe('model_unavailable');
		const { body: health } = await host.send('GET', '/health');
		expect(JSON.stringify(health)).toMatch(/died 3 times in a row while it loaded/);
		expect(await host.worker()).toBeUndefined();

		await new Promise((resolve) => setTimeout(resolve, 1_000 * retryAfterS));
		await expectNear(context, await host.embed(TEXTS.slice(0, 3)), expected.slice(0, 3), 0.99999);
		expect(await host.model()).toMatchObject({ state: 'ready' });
	});
});
