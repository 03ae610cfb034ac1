// `npm run bench`: the host beside the floor and its peers, in one run; and the page that shows what came out.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { PEERS } from '../test/bench/contenders/peers.mjs';
import { modelsOf } from '../test/bench/models.mjs';
import { withResults } from '../test/bench/report/markdown.mjs';
import { printFigure } from '../test/bench/report/print.mjs';
import { sizesOf } from '../test/bench/sizes.mjs';
import { hasBanking77, readBanking77 } from '../test/bench/texts/banking77.mjs';
import { WORKLOADS } from '../test/bench/workloads/all.mjs';
import { build } from './build.mjs';
import { root } from './lib/process.mjs';
import { ensureInstalled, ensureNode24 } from './lib/setup.mjs';

const USAGE = `npm run bench [-- FLAGS]

Measures the built package beside raw onnxruntime and other libraries. docs/benchmarks.md explains every figure.

  --json FILE        also write everything as JSON, after each workload
  --only A,B         only these workloads: WORKLOADS
  --models A,B       only these models: MODELS
  --peers A,B        only these peers, or none: PEERS
  --rounds N         rounds of each workload; default 5, and fewer are not worth reporting
  --quick            little work, two rounds: tries the benchmark itself, its figures mean nothing
  --serve-args "…"   more flags for every host
  --docs A,B         do not measure: write the results in these JSON files into docs/benchmarks.md

EMBED_BENCH_PYTHON names the Python that has sentence-transformers (default python3), EMBED_BENCH_ST_MODEL the folder with
its MiniLM weights.`;

const shared = join(root, '..', 'shared');
const cache = join(root, '.cache', 'bench');
const models = modelsOf({ root, shared, cache });
const flags = readFlags();
if (flags.docs !== undefined) writeDocs(flags.docs.split(',').map((file) => resolve(file)));
else await measure();

async function measure() {
	if (!hasBanking77(shared)) fail(`There is nothing to measure with: ${join(shared, 'data/banking77')} is not there.`);
	ensureInstalled();
	ensureInstalled(join(root, 'test/bench'));
	console.error('building ...');
	build();
	// Not before: what runs up to here blocks this process, and could not be interrupted.
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => process.exit(1));
	const { runBench } = await import('../test/bench/run.mjs');
	const settings = {
		root,
		shared,
		cache,
		models,
		quick: flags.quick,
		modelNames: flags.models,
		only: flags.only,
		peers: flags.peers,
		serveArgs: flags.serveArgs,
		sizes: sizesOf(flags),
		cores: availableParallelism(),
		texts: readBanking77(shared),
		node24: flags.only.includes('nodes') ? ensureNode24() : null,
		log: (text) => console.error(text),
	};
	const file = flags.json && resolve(flags.json);
	const onResult = (result) => file && writeFileSync(file, `${JSON.stringify(result, null, '\t')}\n`);
	const { figures, failures } = await runBench(settings, { onFigure: printFigure, onResult });
	const isWrong = figures.some(({ isValid }) => !isValid);
	if (isWrong) console.error('\nSome of the host’s vectors are not the floor’s: those figures are not valid.');
	process.exit(isWrong || failures.length > 0 ? 1 : 0);
}

function writeDocs(files) {
	const page = join(root, 'docs/benchmarks.md');
	writeFileSync(
		page,
		withResults(readFileSync(page, 'utf8'), ...files.map((file) => JSON.parse(readFileSync(file, 'utf8')))),
	);
}

function readFlags() {
	try {
		const { values } = parseArgs({
			args: joinServeArgs(process.argv.slice(2)),
			options: {
				json: { type: 'string' },
				only: { type: 'string', default: WORKLOADS.join() },
				models: { type: 'string', default: Object.keys(models).join() },
				peers: { type: 'string', default: PEERS.join() },
				rounds: { type: 'string' },
				quick: { type: 'boolean', default: false },
				'serve-args': { type: 'string', default: '' },
				docs: { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		});
		if (values.help) {
			console.log(usage());
			process.exit(0);
		}
		return {
			...values,
			only: listOf('--only', values.only, WORKLOADS),
			models: listOf('--models', values.models, Object.keys(models)),
			peers: values.peers === 'none' ? [] : listOf('--peers', values.peers, PEERS),
			rounds: values.rounds === undefined ? undefined : roundsOf(values.rounds),
			serveArgs: values['serve-args'].split(/\s+/).filter(Boolean),
		};
	} catch (error) {
		return fail(`${error.message}\n\n${usage()}`);
	}
}

// parseArgs takes a value that begins with a dash only after an equals sign.
function joinServeArgs(args) {
	const at = args.indexOf('--serve-args');
	if (at < 0 || at === args.length - 1) return args;
	return [...args.slice(0, at), `${args[at]}=${args[at + 1]}`, ...args.slice(at + 2)];
}

function usage() {
	return USAGE.replace('WORKLOADS', WORKLOADS.join(', '))
		.replace('MODELS', Object.keys(models).join(', '))
		.replace('PEERS', PEERS.join(', '));
}

function listOf(flag, text, known) {
	const names = text.split(',');
	const unknown = names.find((name) => !known.includes(name));
	if (unknown !== undefined) throw new Error(`${flag} knows ${known.join(', ')}, not "${unknown}"`);
	return names;
}

function roundsOf(text) {
	const rounds = Number(text);
	if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds wants a whole number from 1, not "${text}"`);
	return rounds;
}

function fail(message) {
	console.error(message);
	process.exit(2);
}
