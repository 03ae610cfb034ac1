import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { makeFolder, removeFolders } from './support/folders';
import { fromDist } from './support/paths';
import { isAlive, untilGone } from './support/processes';

const { WorkerProcess } = fromDist<typeof import('../../runtime/workers/worker-process')>(
	'runtime/workers/worker-process.js',
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
});
