import { afterAll, describe, expect, onTestFinished, test } from 'vitest';

import { cleanUp, EmbedHost } from './support/embed-host';
import { fromDist } from './support/paths';
import { until } from './support/processes';
import { expectNear } from './support/vectors';

const { AnyServer } = fromDist<typeof import('../../runtime/client/any-server')>('runtime/client/any-server.js');

const TEXTS = Array.from({ length: 200 }, (_, i) => `${i} the ferry leaves from the other pier `.repeat(6));

afterAll(cleanUp);

/** On its own port, or that of a host before it, which may still be leaving. */
async function hostOn(port: string): Promise<EmbedHost> {
	let host: EmbedHost | null = null;
	await until('the port is free', async () => {
		host = await EmbedHost.start(['--cache-bytes', '0', '--shutdown-timeout-s', '110', '--port', port]).catch(
			() => null,
		);
		return host !== null;
	});
	return host!;
}

// As a supervisor does, of containers for instance.
describe('a host on TCP that is started anew at once', () => {
	test.for(['SIGKILL', 'SIGTERM'] as const)(
		'after %s in the middle of a job loses no text of it',
		async (signal, context) => {
			const first = await hostOn('0');
			const client = new AnyServer({ address: { url: first.listening } });
			onTestFinished(() => client.close());
			const expected = await client.embed({ inputs: TEXTS });

			const jobs = [client.embed({ inputs: TEXTS }), client.embed({ inputs: TEXTS.slice(0, 150) })];
			jobs.forEach((job) => job.catch(() => {}));
			await until('texts wait', async () => (await first.model()).queue.texts > TEXTS.length / 2);
			first.kill(signal);
			const late = client.embed({ inputs: TEXTS.slice(0, 5) });
			late.catch(() => {});
			expect(await first.exited).toEqual(signal === 'SIGKILL' ? { code: null, signal } : { code: 0, signal: null });
			const second = await hostOn(new URL(first.listening).port);
			expect(second.listening).toBe(first.listening);

			const answers = await Promise.all([...jobs, late]);
			expect(answers.map(({ vectors }) => vectors.length)).toEqual([200, 150, 5]);
			for (const { vectors } of answers)
				await expectNear(context, vectors, expected.vectors.slice(0, vectors.length), 0.9999);
		},
	);
});
