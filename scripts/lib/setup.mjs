// Brings a fresh clone to the point where the project's tools run, and does nothing where they already do.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { root, run } from './process.mjs';
import { withProgress } from './progress.mjs';

const NODE_24 = '24.21.0';

/** Outside the checkout, so that a fresh clone need not fetch everything anew. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-embed');

/** `npm ci`, once for each state of the lock file. */
export function ensureInstalled(folder = root) {
	const lock = createHash('sha256')
		.update(readFileSync(join(folder, 'package-lock.json')))
		.digest('hex');
	const stamp = join(folder, 'node_modules', '.installed-lock');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
	console.error(`installing ${folder === root ? 'the dependencies' : folder} (once, under a minute) ...`);
	withProgress('npm ci', () => npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder));
	writeFileSync(stamp, lock);
}

/** Path of a Node 24: this one, or one from the npm registry. n8n needs it, and the tests run on it too. */
export function ensureNode24() {
	if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
	const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
	const folder = join(cacheFolder, `node-${NODE_24}`);
	const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	if (!existsSync(binary)) {
		console.error(`fetching Node ${NODE_24} (once) ...`);
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
				`${name}@${NODE_24}`,
			],
			folder,
		);
	}
	return binary;
}

export function npm(args, cwd) {
	const cli = process.env.npm_execpath;
	// npm's own progress belongs to the user's eyes, not to a script's standard output.
	const options = { cwd, stdio: ['ignore', 2, 2] };
	if (cli?.endsWith('.js')) run(process.execPath, [cli, ...args], options);
	else run('npm', args, { ...options, shell: process.platform === 'win32' });
}
