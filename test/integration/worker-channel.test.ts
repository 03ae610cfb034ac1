import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { makeFolder, removeFolders } from './support/folders';
import { dist, fromDist } from './support/paths';
import { isAlive, untilGone } from './support/processes';

const { WorkerProcess } = fromDist<typeof import('../../runtime/workers/worker-process')>(
	'runtime/workers/worker-process.js',
);

const { SessionWorker } = fromDist<typeof import('../../runtime/workers/session-worker')>(
	'runtime/workers/session-worker.js',
);

afterAll(removeFolders);

/** What a worker with this program does to its host: the events up to its end. */
async function eventsOf(program: string): Promise<{ events: string[]; pid: number }> {
	const entry = join(makeFolder(), 'entry.js');
	writeFileSync(entry, `${program}; setInterval(() => {}, 1_000);`);
	const worker = new WorkerProcess(entry);
	const events: string[] = [];
	worker.on('message', () => events.push('message'));
	worker.on('error', () => events.push('error'));
	worker.on('disconnect', () => events.push('disconnect'));
	await new Promise<void>((resolve) => worker.once('disconnect', resolve));
	return { events, pid: worker.pid! };
}

describe('the channel of a worker', () => {
	test('that says what is no message costs the worker its life, and nobody else', async () => {
		const { events, pid } = await eventsOf(`require('fs').writeSync(3, Buffer.from([0, 0, 0, 2, 7, 7]))`);
		expect(events).toEqual(['error', 'disconnect']);
		await untilGone(pid);
	});

	test('that is closed is noticed while the process lives on', async () => {
		const { events, pid } = await eventsOf(`require('fs').closeSync(3)`);
		expect(events).toEqual(['disconnect']);
		expect(isAlive(pid)).toBe(true);
		process.kill(pid, 'SIGKILL');
		await untilGone(pid);
	});

	test('on which an answer comes that was not asked for costs the worker its life: no text gets another’s vector', async () => {
		const entry = join(makeFolder(), 'entry.js');
		const channel = JSON.stringify(join(dist, 'runtime/workers/channel.js'));
		writeFileSync(
			entry,
			`const { Channel, CHANNEL_DESCRIPTOR } = require(${channel});
			const host = new Channel(new (require('net').Socket)({ fd: CHANNEL_DESCRIPTOR }));
			const answer = (id) => host.send({ type: 'vectors', id, vectors: Float32Array.of(id), nonFiniteRows: [] });
			host.on('message', ({ type, id }) => {
				if (type === 'load') return host.send({ type: 'loaded', id, model: { dimensions: 1 } });
				answer(id);
				answer(id);
			});`,
		);
		const worker = new SessionWorker(0, entry);
		await worker.load({} as Parameters<typeof worker.load>[0]);
		const batch = { lengths: [1] } as unknown as Parameters<typeof worker.run>[0];
		const runs = [worker.run(batch), worker.run(batch)];
		expect((await runs[0])?.vectors[0]).toBe(2);
		await expect(runs[1]).rejects.toMatchObject({ code: 'worker_died' });
		await untilGone(worker.pid);
	});
});
