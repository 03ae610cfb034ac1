// `npm run demo`: a file of messages through the real Embed node and the real host, twice; leaves nothing running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { build } from './build.mjs';
import { printTable } from './lib/demo-table.mjs';
import { root } from './lib/process.mjs';
import { runNode } from './lib/run-node.mjs';
import { ensureInstalled } from './lib/setup.mjs';

const { values: flags } = parseArgs({
	options: { file: { type: 'string' }, column: { type: 'string' }, help: { type: 'boolean' } },
});
if (flags.help) {
	console.log(`npm run demo [-- --file FILE [--column NAME]]
  --file    your own texts: a .csv file, or any other file with one text a line
  --column  the column of a .csv file that holds the text (default: message, text or body, else the last)`);
	process.exit(0);
}

const start = performance.now();
ensureInstalled();
console.error('building ...');
build();
const require = createRequire(import.meta.url);
const file = flags.file
	? resolve(process.env.INIT_CWD ?? '.', flags.file)
	: join(root, 'examples/support-messages.csv');
const texts = readTextsOrEnd(file);
const folder = mkdtempSync(join(tmpdir(), 'embed-demo-'));
process.env.EMBED_SOCKET = join(folder, 'host.sock');
const host = await startHost();
try {
	console.log(`\n${texts.length} texts of ${basename(file)} through the Embed node; the model is ${host.models[0]}\n`);
	const first = await embed(texts);
	printTable(texts, first);
	const second = await embed(texts);
	report('first pass ', first);
	report('second pass', second);
} finally {
	host.process.kill('SIGTERM');
	await once(host.process, 'exit');
	rmSync(folder, { recursive: true, force: true });
}
console.log(
	`\nThe host has ended and its memory is free again. ${((performance.now() - start) / 1000).toFixed(0)} s in all.`,
);
console.log('Next: npm run n8n opens the real n8n with this node in it.');

async function startHost() {
	const child = spawn(
		process.execPath,
		[
			join(root, 'dist/runtime/cli.js'),
			'serve',
			...['--socket', process.env.EMBED_SOCKET, '--log-level', 'warn'],
			// The first pass is to be computed, each time the demo runs, and nothing is to be left of it.
			...['--disk-cache-bytes', '0', '--cache-dir', folder],
		],
		{
			stdio: ['ignore', 'pipe', 'inherit'],
		},
	);
	process.once('exit', () => child.kill('SIGKILL'));
	const ended = once(child, 'exit').then(([code]) => {
		throw new Error(`the host ended with code ${code} before it listened`);
	});
	const [line] = await Promise.race([once(child.stdout, 'data'), ended]);
	ended.catch(() => {});
	return { process: child, ...JSON.parse(line.toString()) };
}

/** One pass through the node: what n8n would hand to the next node, and how long it took. */
async function embed(messages) {
	const { Embed } = require('../dist/nodes/Embed/Embed.node.js');
	const items = messages.map((message) => ({ json: { message } }));
	const began = performance.now();
	const { output, hints } = await runNode(
		new Embed(),
		items,
		{ text: ({ message }) => message, options: { addDetails: true } },
		{ continueOnFail: true },
	);
	const failed = output.filter(({ json }) => json.error !== undefined);
	for (const { json } of failed.slice(0, 3)) console.error(`  not embedded: ${json.error}`);
	const vectors = output.map(({ json }) => json.embedding ?? null);
	const cached = output.map(({ json }) => json.embeddingDetails?.cached ?? false);
	return { vectors, cached, hint: hints[0]?.message ?? '', ms: performance.now() - began };
}

function report(name, { vectors, hint, ms }) {
	const done = vectors.filter(Boolean).length;
	console.log(`${name}: ${ms.toFixed(0)} ms, ${Math.round((done / ms) * 1000)} texts a second. ${hint}`);
}

function readTextsOrEnd(path) {
	try {
		return readTexts(path);
	} catch (error) {
		console.error(`Cannot read the texts: ${error.message}`);
		process.exit(1);
	}
}

function readTexts(path) {
	const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
	if (!path.toLowerCase().endsWith('.csv')) return text.split(/\r?\n/).filter((line) => line.trim() !== '');
	const rows = require('csv-parse/sync').parse(text, { columns: true, skip_empty_lines: true });
	const columns = Object.keys(rows[0] ?? {});
	const column = flags.column ?? ['message', 'text', 'body'].find((name) => columns.includes(name)) ?? columns.at(-1);
	if (!columns.includes(column)) throw new Error(`${path} has no column ${column}; it has ${columns.join(', ')}`);
	return rows.map((row) => row[column]).filter((value) => value.trim() !== '');
}
