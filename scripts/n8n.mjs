// `npm run n8n`: a real n8n with this package in it, an account to sign in with, and the example workflow.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { build } from './build.mjs';
import { isAlive } from './lib/n8n-processes.mjs';
import { importOnce, LOGIN, signIn } from './lib/n8n-rest.mjs';
import { ensureN8n, installPackage } from './lib/n8n-runtime.mjs';
import { freePort, startN8n } from './lib/n8n-server.mjs';
import { root } from './lib/process.mjs';
import { ensureInstalled } from './lib/setup.mjs';

const STANDARD_PORT = 5678;
const FIRST_EXAMPLE = 'embed-support-messages.json';
const USAGE = `npm run n8n [-- --port N]

Builds this package, installs it into a real n8n, starts that n8n on this machine and stays until Ctrl-C.

  --port N   port of the editor; default ${STANDARD_PORT}, or a free one if that is taken
  --help     this text

n8n's data and log are kept in .n8n-dev, or where N8N_USER_FOLDER says.`;

const { help, port: portText } = readOptions();
if (help) {
	console.log(USAGE);
	process.exit(0);
}
const home = resolve(process.env.N8N_USER_FOLDER || join(root, '.n8n-dev'));
claim(home);
const port = await choosePort(portText);

ensureInstalled();
console.error('building ...');
build();
const runtime = ensureN8n();
console.error('packing this package and installing it for n8n ...');
installPackage(home);

console.error('starting n8n (up to half a minute the first time) ...');
const n8n = await startN8n({ runtime, home, port });
let isStopping = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => void shutDown());
// npm hands no SIGTERM down: it dies, and what it ran would stay.
const parent = process.ppid;
if (process.env.npm_lifecycle_event)
	setInterval(() => process.ppid !== parent && !isStopping && void shutDown(), 1_000).unref();
try {
	await n8n.ready();
	await announce();
	const code = await n8n.exited;
	if (!isStopping) throw new Error(`n8n ended by itself (${code}); its log is ${n8n.logFile}`);
} catch (error) {
	if (!isStopping) {
		console.error(error.message);
		await n8n.stop();
		process.exit(1);
	}
}

async function shutDown() {
	if (!isStopping) console.error('\nstopping n8n and the embed host ...');
	isStopping = true;
	await n8n.stop();
	process.exit(0);
}

function readOptions() {
	try {
		return parseArgs({ options: { help: { type: 'boolean', short: 'h' }, port: { type: 'string' } } }).values;
	} catch (error) {
		return fail(`${error.message}\n\n${USAGE}`);
	}
}

/** Two n8n on one database would spoil each other's executions. */
function claim(folder) {
	mkdirSync(folder, { recursive: true });
	const file = join(folder, 'npm-run-n8n.pid');
	const owner = Number(readOr(file, '0'));
	if (owner && owner !== process.pid && isAlive(owner))
		fail(
			`\`npm run n8n\` already runs on ${folder} (process ${owner}). End it, or choose another folder with N8N_USER_FOLDER.`,
		);
	writeFileSync(file, String(process.pid));
	process.on('exit', () => rmSync(file, { force: true }));
}

function readOr(file, otherwise) {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return otherwise;
	}
}

async function choosePort(text) {
	if (text === undefined) return (await freePort(STANDARD_PORT)) ?? (await freePort());
	const wanted = Number(text);
	if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65535)
		fail(`--port wants a number from 1 to 65535, not "${text}"`);
	return (await freePort(wanted)) ?? fail(`port ${wanted} is taken; choose another, or leave --port out`);
}

async function announce() {
	const rest = await signIn(n8n.url);
	console.log(`\nn8n:      ${n8n.url}`);
	if (rest === null) {
		console.log('login:    your own; sign in and import the workflows of examples/ yourself');
	} else {
		const id = await importExamples(rest);
		console.log(`workflow: ${n8n.url}/workflow/${id}`);
		console.log(`login:    ${LOGIN.email}  ${LOGIN.password}`);
	}
	console.log(`log:      ${n8n.logFile}\n\nCtrl-C ends it.`);
}

async function importExamples(rest) {
	const folder = join(root, 'examples');
	const ids = new Map();
	for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
		ids.set(file, await importOnce(rest, JSON.parse(readFileSync(join(folder, file), 'utf8'))));
	}
	return ids.get(FIRST_EXAMPLE);
}

function fail(message) {
	console.error(message);
	process.exit(2);
}
