// What a large job of the Embed node costs n8n: its event loop's delay and its memory, in the real n8n, beside the same
// workflow without the node.
//
//   node test/bench/n8n-items.mjs [--items 2000] [--formats base64,int8,array] [--json FILE] [--cpu-prof FOLDER]
//
// The workflow is Webhook → Code (makes the items) → Embed → Limit (one item), of whose executions n8n saves nothing. The first
// format is measured twice: its texts computed, then all from the host's cache, as those of the other formats. "Busy" is the
// time that n8n's thread itself computed between two turns of its event loop, "delay" what a timer in it was late, the load of
// the machine included; "in Embed" counts the node alone, "all" n8n's own work before and after it too. EMBED_CACHE_BYTES holds
// all texts unless it is set.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { build } from '../../scripts/build.mjs';
import { until } from '../../scripts/lib/n8n-processes.mjs';
import { signIn } from '../../scripts/lib/n8n-rest.mjs';
import { ensureN8n, installPackage } from '../../scripts/lib/n8n-runtime.mjs';
import { freePort, startN8n } from '../../scripts/lib/n8n-server.mjs';
import { ensureInstalled } from '../../scripts/lib/setup.mjs';
import { code, embed, limit, noOperation, webhook } from '../e2e/support/nodes.mjs';

const { values } = parseArgs({
	options: {
		items: { type: 'string', default: '2000' },
		formats: { type: 'string', default: 'base64,int8,array' },
		json: { type: 'string' },
		'cpu-prof': { type: 'string' },
	},
});
const items = Number(values.items);
const formats = values.formats.split(',');

ensureInstalled();
build();
const runtime = ensureN8n();
const home = mkdtempSync(join(tmpdir(), 'n8n-home-'));
const probe = join(home, 'probe.sock');
const rows = [];
installPackage(home);
const n8n = await startN8n({
	runtime,
	home,
	port: await freePort(),
	base: {
		EMBED_CACHE_BYTES: String(2 ** 30),
		...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(N8N_|DB_|EXECUTIONS_|HF_)/.test(name))),
		HF_HOME: join(home, 'huggingface'),
		PROBE_SOCKET: probe,
	},
	nodeArguments: [
		'--expose-gc',
		'--import',
		new URL('n8n-probe.mjs', import.meta.url).href,
		...(values['cpu-prof'] ? ['--cpu-prof', `--cpu-prof-dir=${resolve(values['cpu-prof'])}`] : []),
	],
});
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => void end().then(() => process.exit(1)));
try {
	await n8n.ready();
	const rest = await signIn(n8n.url);
	// The first run of a workflow starts n8n's task runner; the first of the node loads its code and starts the host.
	await runOnce(rest, 'warm', 10, noOperation());
	await measure(rest, 'first Embed, 10 items', embed(), 10);
	await measure(rest, 'no Embed', noOperation());
	for (const [i, numberFormat] of formats.entries()) {
		if (i === 0) await measure(rest, `${numberFormat}, computed`, embed({ options: { numberFormat } }));
		await measure(rest, `${numberFormat}, cached`, embed({ options: { numberFormat } }));
	}
	await measure(rest, 'no Embed', noOperation());
	report();
} finally {
	await end();
}

async function measure(rest, name, node, count = items) {
	console.error(`${name} ...`);
	rows.push({ name, load: loadavg()[0], ...(await runOnce(rest, name, count, node)) });
}

/** Measures one execution, by webhook. */
async function runOnce(rest, name, count, node) {
	const path = crypto.randomUUID();
	const js = `return Array.from({ length: ${count} }, (_, i) => ({ json: { text: 'Where is parcel number ' + i + '? It has not arrived.' } }));`;
	const id = await publish(rest, name, [webhook(path, 'firstEntryJson'), code(js), node, limit(1)]);
	const before = await ask('/start');
	const answer = JSON.parse(await send(`${n8n.url}/webhook/${path}`, { method: 'POST' }));
	const figures = await ask('/stop');
	if (answer.text === undefined) throw new Error(`The workflow answered ${JSON.stringify(answer).slice(0, 500)}`);
	await rest('POST', `/rest/workflows/${id}/deactivate`, {});
	return { before, ...figures };
}

async function publish(rest, name, nodes) {
	const connections = {};
	nodes
		.slice(1)
		.forEach((node, i) => (connections[nodes[i].name] = { main: [[{ node: node.name, type: 'main', index: 0 }]] }));
	const settings = { executionOrder: 'v1', saveDataSuccessExecution: 'none' };
	const { id, versionId } = await rest('POST', '/rest/workflows', { name, nodes, connections, settings });
	await rest('POST', `/rest/workflows/${id}/activate`, { versionId });
	const isPublished = async () =>
		(await rest('GET', `/rest/workflows/${id}/publication-status`)).status === 'published';
	if (!(await until(isPublished, 60_000))) throw new Error(`Workflow ${name} was not published`);
	return id;
}

function ask(path) {
	return send('http://localhost', { socketPath: probe, path }).then(JSON.parse);
}

/** Without a time limit, which `fetch` has. */
function send(url, options) {
	return new Promise((resolve, reject) => {
		request(url, options, async (response) => resolve(Buffer.concat(await response.toArray()).toString('utf8')))
			.once('error', reject)
			.end();
	});
}

function report() {
	const machine = `${items} items; n8n on Node 24, ${cpus().length} × ${cpus()[0].model.trim()}, ${new Date().toISOString().slice(0, 10)}`;
	console.log(machine);
	const ms = (value) => (value === undefined ? '' : value.toFixed(0));
	const mib = (bytes) => (bytes / 2 ** 20).toFixed(0);
	const head = [
		'run',
		's',
		'in Embed: busy ms, worst',
		'p99',
		'delay ms, worst',
		'p99',
		'GC ms, worst',
		'CPU s',
		'all: busy ms, worst',
		'delay ms, worst',
		'heap MiB, before → peak',
		'resident MiB',
		'load',
	];
	console.log(`| ${head.join(' | ')} |\n|${head.map(() => '---').join('|')}|`);
	for (const { name, all, node, before, load } of rows) {
		const cells = [
			name,
			(all.elapsedMs / 1_000).toFixed(1),
			ms(node?.worstBusyMs),
			ms(node?.p99BusyMs),
			ms(node?.worstMs),
			ms(node?.p99Ms),
			ms(node?.worstGcMs),
			node ? (node.cpuMs / 1_000).toFixed(1) : '',
			ms(all.worstBusyMs),
			ms(all.worstMs),
			`${mib(before.heap)} → ${mib(all.peakHeap)}`,
			`${mib(before.rss)} → ${mib(all.peakRss)}`,
			load.toFixed(1),
		];
		console.log(`| ${cells.join(' | ')} |`);
	}
	if (values.json) writeFileSync(values.json, JSON.stringify({ machine, items, rows }, null, '\t'));
}

async function end() {
	await n8n.stop();
	rmSync(home, { recursive: true, force: true });
}
