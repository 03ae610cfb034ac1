import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { runCli } from './support/command';
import { cleanUp, EmbedHost } from './support/embed-host';
import { makeFolder } from './support/folders';
import { fromDist } from './support/paths';
import { until } from './support/processes';

const { OPTIONS, flagOf, variableOf } =
	fromDist<typeof import('../../runtime/base/options')>('runtime/base/options.js');

afterAll(cleanUp);

describe('--help', () => {
	test('of serve lists every option with its environment name', async () => {
		const { code, stdout } = await runCli(['serve', '--help']);
		expect(code).toBe(0);
		const text = stdout.replace(/\s+/g, ' ');
		for (const name of Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]) {
			expect(text).toContain(`${flagOf(name)} `);
			expect(text).toContain(`[${variableOf(name)}]`);
		}
	});

	test('lists the commands', async () => {
		const { code, stdout } = await runCli(['--help']);
		expect(code).toBe(0);
		for (const command of ['serve', 'simulate', 'status', 'doctor'])
			expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
	});
});

describe('serve', () => {
	test('says in one JSON line where it listens and what it serves; the log goes to standard error', async () => {
		const host = await EmbedHost.start(['--log-level', 'info']);
		expect(host.listening).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		expect(host.models).toEqual(['all-MiniLM-L6-v2']);
		await until('the host has logged that it listens', () => host.log.includes('"listening"'));
		for (const line of host.log.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
	});

	test('takes options from the environment, and a flag before it', async () => {
		const environment = { EMBED_CACHE_BYTES: '0', EMBED_SERVED_MODEL_NAME: 'from-environment' };
		const host = await EmbedHost.start(['--served-model-name', 'from-flag', '--model-path', 'all-MiniLM-L6-v2'], {
			environment,
		});
		await host.embed('a');
		expect(await host.model()).toMatchObject({ id: 'from-flag', cache: { maxBytes: 0, entries: 0 } });
	});

	test.for([
		{ args: ['--port', '70000'], words: '--port must be a whole number from 0 to 65535, not "70000"' },
		{ args: ['--idle-timeout-s', 'soon'], words: '--idle-timeout-s must be a number' },
		{ args: ['--dtype', 'fp64'], words: '--dtype must be one of' },
		{ args: ['--colour', 'red'], words: "unknown option '--colour'" },
	])('refuses $args', async ({ args, words }) => {
		const { code, stderr } = await runCli(['serve', ...args]);
		expect(code).toBe(1);
		expect(stderr).toContain(words);
		expect(stderr).not.toMatch(/^ {4}at /m);
	});

	test('names the variable when the environment is wrong', async () => {
		const { code, stderr } = await runCli(['serve'], { environment: { EMBED_THREADS: 'many' } });
		expect(code).toBe(1);
		expect(stderr).toContain('EMBED_THREADS must be');
	});
});

describe('doctor', () => {
	test('finds that the machine can make a vector', async () => {
		const socket = join(makeFolder(), 'host.sock');
		const { code, stdout } = await runCli(['doctor', '--json'], { environment: { EMBED_SOCKET: socket } });
		expect(code).toBe(0);
		const findings = JSON.parse(stdout) as { what: string; state: string }[];
		expect(findings.filter(({ state }) => state === 'fails')).toEqual([]);
		expect(findings).toContainEqual(expect.objectContaining({ what: 'first vector', state: 'ok' }));
	});

	test('reads well in a terminal too', async () => {
		const { code, stdout } = await runCli(['doctor'], {
			environment: { EMBED_SOCKET: join(makeFolder(), 'host.sock') },
		});
		expect(code).toBe(0);
		expect(stdout).toMatch(/^ok +first vector +384 numbers/m);
	});
});

describe('status', () => {
	test('shows what a host is doing', async () => {
		const host = await EmbedHost.start([]);
		await host.warm('all-MiniLM-L6-v2');
		const { code, stdout } = await runCli(['status', '--url', host.listening]);
		expect(code).toBe(0);
		expect(stdout).toContain(`process ${host.pid}`);
		expect(stdout).toContain('all-MiniLM-L6-v2: ready');
		expect(stdout).toContain(`process ${await host.worker()} (quick) ready`);
		expect(stdout).toMatch(/queue {4}0 interactive and 0 bulk texts, 0 of at most 1048576 tokens, \d+ tokens a second/);
		expect(stdout).toMatch(/batches {2}1, 4 tokens each on average, 0 % of them padding/);
		expect(stdout).toMatch(/cache {4}1 vectors, /);
	});

	test('as JSON is what the host answers', async () => {
		const host = await EmbedHost.start([], { apiKey: 'sesame' });
		const { stdout } = await runCli(['status', '--url', host.listening, '--json'], {
			environment: { EMBED_API_KEY: 'sesame' },
		});
		expect(JSON.parse(stdout)).toMatchObject({ pid: host.pid, models: [{ id: 'all-MiniLM-L6-v2', state: 'cold' }] });
	});

	test('says so, and starts nothing, when there is no host', async () => {
		const { code, stderr } = await runCli(['status'], {
			environment: { EMBED_SOCKET: join(makeFolder(), 'host.sock') },
		});
		expect(code).toBe(1);
		expect(stderr).toContain('No embed server answers at');
	});
});
