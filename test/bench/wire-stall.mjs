// How late the host’s event loop gets while it sends large answers; the caller is this process.
//
//   node test/bench/wire-stall.mjs [--format base64|float] [--rounds 50] [--texts 2048] [--characters 40]
//        [--dimensions 1024] [--at-once 1] [--model-path FOLDER] [--cpu-profile FOLDER] [--json FILE]
//
// Without --model-path a provider stands in that answers at once: what the HTTP side costs. With it the real host answers
// from its cache; the first request computes and is not counted. Beside it a process that does nothing is measured: what
// it shows is the machine’s own share. Reads dist/: build first.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { Agent, request } from 'undici';

import { root } from '../../scripts/lib/process.mjs';

const { values: options } = parseArgs({
	options: {
		format: { type: 'string', default: 'base64' },
		rounds: { type: 'string', default: '50' },
		texts: { type: 'string', default: '2048' },
		characters: { type: 'string', default: '40' },
		dimensions: { type: 'string', default: '1024' },
		'at-once': { type: 'string', default: '1' },
		'model-path': { type: 'string' },
		'cpu-profile': { type: 'string' },
		json: { type: 'string' },
	},
});
const [rounds, texts, characters, atOnce] = ['rounds', 'texts', 'characters', 'at-once'].map((name) =>
	Number(options[name]),
);
const RECORDED = ['--require', join(root, 'test/bench/support/record-loop-delay.cjs')];
const folder = mkdtempSync(join(tmpdir(), 'wire-stall-'));
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
const host = await startHost();
const idle = startIdleProcess();
try {
	const body = JSON.stringify({
		input: Array.from({ length: texts }, (_, i) =>
			`${i} the bridge was closed `.repeat(characters).slice(0, characters),
		),
		encoding_format: options.format,
	});
	const expected = await ask(body);
	check(expected, expected);
	await ask(body);
	await readDelays(host.child);
	await readDelays(idle);
	const times = [];
	let bytes = 0;
	for (let round = 0; round < rounds; round += atOnce) {
		const answers = await Promise.all(
			Array.from({ length: atOnce }, async () => {
				const startMs = performance.now();
				const text = await ask(body);
				times.push(performance.now() - startMs);
				return text;
			}),
		);
		bytes = answers[0].length;
		for (const text of answers) check(text, expected);
	}
	const [delays, idleDelays] = [await readDelays(host.child), await readDelays(idle)];
	times.sort((a, b) => a - b);
	const figures = {
		node: process.version,
		host: options['model-path'] ? 'real' : 'stand-in',
		format: options.format,
		answers: times.length,
		megabytesAnAnswer: Math.round(bytes / 1e4) / 100,
		medianAnswerMs: Math.round(times[times.length >> 1]),
		loopDelay: delays,
		loopDelayOfIdleProcess: idleDelays,
	};
	console.log(JSON.stringify(figures, null, '\t'));
	if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, '\t')}\n`);
} finally {
	idle.kill();
	host.child.kill('SIGTERM');
	await once(host.child, 'exit');
	await agent.close();
	rmSync(folder, { recursive: true, force: true });
}

function startIdleProcess() {
	return spawn(process.execPath, [...RECORDED, '-e', 'setInterval(() => {}, 1e9)'], {
		env: { ...process.env, LOOP_DELAY_FOLDER: folder },
		stdio: 'ignore',
	});
}

async function startHost() {
	const model = options['model-path'];
	const profile = options['cpu-profile'];
	const child = spawn(
		process.execPath,
		[
			...RECORDED,
			...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []),
			...(model
				? [join(root, 'dist/runtime/cli.js'), 'serve', '--port', '0', '--model-path', model, '--idle-timeout-s', '5']
				: [join(root, 'test/bench/support/stand-in-host.mjs'), options.dimensions]),
		],
		{ env: { ...process.env, LOOP_DELAY_FOLDER: folder }, stdio: ['ignore', 'pipe', 'inherit'] },
	);
	child.stdout.setEncoding('utf8');
	const [line] = await once(child.stdout, 'data');
	return { child, url: JSON.parse(line).listening };
}

async function ask(body) {
	const answer = await request(`${host.url}/v1/embeddings`, {
		method: 'POST',
		dispatcher: agent,
		headers: { 'content-type': 'application/json' },
		body,
	});
	const text = await answer.body.text();
	if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${text.slice(0, 500)}`);
	return text;
}

/** Every answer holds one vector a text, in order, the same as at first. */
function check(text, expected) {
	const { data } = JSON.parse(text);
	const wanted = text === expected ? data : JSON.parse(expected).data;
	const isRight = data.length === texts && data.every(({ index, embedding }, i) => index === i && embedding.length > 0);
	const isSame = data.every(({ embedding }, i) => String(embedding) === String(wanted[i].embedding));
	if (!isRight || !isSame) throw new Error('an answer is wrong');
}

/** A process’s figures since the last call. */
async function readDelays(child) {
	const file = join(folder, `${child.pid}.json`);
	rmSync(file, { force: true });
	child.kill('SIGUSR2');
	while (!existsSync(file)) await wait(10);
	return JSON.parse(readFileSync(file, 'utf8'));
}
