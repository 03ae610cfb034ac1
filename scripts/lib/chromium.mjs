// Finds a Chromium for the browser tests, or fetches Debian's.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { run } from './process.mjs';
import { withProgress } from './progress.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of a Chromium; null where there is none and none can be had. */
export function ensureChromium() {
	const found = findChromium();
	if (found) return found;
	const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
	if (!mayInstall) return null;
	console.error('installing chromium (once) ...');
	const options = {
		allowFailure: true,
		stdio: ['ignore', 'ignore', 2],
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
	};
	withProgress('apt-get', () => {
		run('apt-get', ['update', '-q'], options);
		run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], options);
	});
	return findChromium();
}

function findChromium() {
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		for (const name of NAMES) if (existsSync(join(folder, name))) return join(folder, name);
	}
	return null;
}
