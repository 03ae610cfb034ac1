// A real n8n to try the package in: installed once for all checkouts, with the packed package inside as n8n's own installer would put it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { isAlive } from './n8n-processes.mjs';
import { root, run } from './process.mjs';
import { withProgress } from './progress.mjs';
import { cacheFolder, ensureNode24, npm } from './setup.mjs';

/** The last major that reads the field `pnpm` of package.json. npm needs five times as long for n8n's tree. */
const PNPM = 'pnpm@10.34.9';
const SPEC = join(root, 'test/e2e/n8n-runtime');

/** @returns what runs n8n: a Node 24 and n8n's command file */
export function ensureN8n() {
	const node = ensureNode24();
	const folder = join(cacheFolder, 'n8n', specHash());
	if (!existsSync(folder)) installN8n(node, folder);
	return { node, command: join(folder, 'node_modules/n8n/bin/n8n') };
}

function specHash() {
	const hash = createHash('sha256').update(process.platform).update(process.arch);
	for (const name of ['package.json', 'pnpm-lock.yaml']) hash.update(readFileSync(join(SPEC, name)));
	return hash.digest('hex').slice(0, 16);
}

/** Beside its place first, so that only a finished install is ever found there. */
function installN8n(node, folder) {
	console.error('installing n8n (once: about a minute, 2 GB) ...');
	removeAbandoned(dirname(folder));
	const unfinished = `${folder}.${process.pid}`;
	mkdirSync(unfinished, { recursive: true });
	for (const name of ['package.json', 'pnpm-lock.yaml']) cpSync(join(SPEC, name), join(unfinished, name));
	const args = [
		'install',
		'--frozen-lockfile',
		'--ignore-workspace',
		'--prod',
		'--reporter=append-only',
		'--loglevel=error',
	];
	const pnpm = ensurePnpm();
	const options = { cwd: unfinished, env: buildEnvironment(node), stdio: ['ignore', 2, 2] };
	withProgress('pnpm install', () => run(node, [pnpm, ...args], options));
	try {
		renameSync(unfinished, folder);
	} catch (error) {
		if (!existsSync(folder)) throw error;
		// Another run was quicker, and its n8n is as good.
		rmSync(unfinished, { recursive: true, force: true });
	}
}

function removeAbandoned(parent) {
	if (!existsSync(parent)) return;
	for (const name of readdirSync(parent)) {
		const pid = Number(name.split('.')[1]);
		if (pid && !isAlive(pid)) rmSync(join(parent, name), { recursive: true, force: true });
	}
}

function ensurePnpm() {
	const folder = join(cacheFolder, PNPM.replace('@', '-'));
	const file = join(folder, 'node_modules/pnpm/bin/pnpm.cjs');
	if (!existsSync(file)) {
		mkdirSync(folder, { recursive: true });
		npm(
			[
				'install',
				'--prefix',
				folder,
				'--no-save',
				'--ignore-scripts',
				'--no-audit',
				'--no-fund',
				'--loglevel=error',
				PNPM,
			],
			folder,
		);
	}
	return file;
}

/** For compiling sqlite3, which has no ready binary where its download is out of reach. */
function buildEnvironment(node) {
	const environment = { ...process.env, npm_config_jobs: '2' };
	// `npm run` hands our .npmrc down, and with it sqlite3 would not be built.
	for (const name of Object.keys(environment))
		if (/^npm_config_(ignore_scripts|omit.*|production)$/i.test(name)) delete environment[name];
	const nodeFolder = join(dirname(node), '..');
	if (existsSync(join(nodeFolder, 'include/node/node.h'))) environment.npm_config_nodedir = nodeFolder;
	// The system's library, where there is one, saves a minute and a half of compiling.
	if (existsSync('/usr/include/sqlite3.h')) environment.npm_config_sqlite = '/usr';
	return environment;
}

/**
 * Packs this package and installs it for the n8n whose data is in `home`, as n8n's installer does: unpacked, stripped of
 * development, peer and optional dependencies, and with the others installed inside its folder.
 * @returns the folder of the installed package
 */
export function installPackage(home) {
	const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	const nodes = join(home, '.n8n/nodes');
	const target = join(nodes, 'node_modules', name);
	const packed = join(nodes, 'packed');
	rmSync(packed, { recursive: true, force: true });
	mkdirSync(packed, { recursive: true });
	npm(['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', packed], root);
	const tarball = join(packed, `${name}-${version}.tgz`);
	const hash = createHash('sha256').update(readFileSync(tarball)).digest('hex');
	const stamp = join(nodes, '.installed-tarball');
	if (!existsSync(stamp) || !existsSync(target) || readFileSync(stamp, 'utf8') !== hash) {
		rmSync(stamp, { force: true });
		unpack(tarball, target);
		const args = [
			'install',
			'--audit=false',
			'--fund=false',
			'--bin-links=false',
			'--install-strategy=shallow',
			'--ignore-scripts=true',
			'--package-lock=false',
		];
		withProgress('npm install', () => npm([...args, '--prefer-offline', '--loglevel=error'], target));
		writeFileSync(stamp, hash);
	}
	rmSync(packed, { recursive: true, force: true });
	return target;
}

function unpack(tarball, target) {
	rmSync(target, { recursive: true, force: true });
	mkdirSync(target, { recursive: true });
	const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], {
		encoding: 'utf8',
	});
	if (status !== 0) throw new Error(`could not unpack ${tarball}: ${stderr}`);
	const file = join(target, 'package.json');
	const {
		devDependencies: _dev,
		peerDependencies: _peer,
		optionalDependencies: _optional,
		...manifest
	} = JSON.parse(readFileSync(file, 'utf8'));
	writeFileSync(file, JSON.stringify(manifest, null, 2));
}
