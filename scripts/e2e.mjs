// `npm run test:e2e`: packs this package, installs it into a real n8n and tests it there, as a user would find it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from './build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureN8n, installPackage } from './lib/n8n-runtime.mjs';
import { freePort, startN8n } from './lib/n8n-server.mjs';
import { root } from './lib/process.mjs';
import { ensureInstalled } from './lib/setup.mjs';

ensureInstalled();
ensureInstalled(join(root, 'test/e2e'));
console.error('building ...');
build();
const runtime = ensureN8n();
const chromium = ensureChromium();
if (chromium === null) console.error('NO BROWSER TESTS: there is no Chromium, and it could not be installed');

const reports = join(root, '.cache/e2e');
mkdirSync(reports, { recursive: true });
const home = mkdtempSync(join(tmpdir(), 'n8n-home-'));
console.error('packing this package and installing it for n8n ...');
const packageFolder = installPackage(home);
console.error('starting n8n ...');
const n8n = await startN8n({ runtime, home, port: await freePort(), base: plainEnvironment() });
let tests = null;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
	process.on(name, async () => {
		tests?.kill();
		await cleanUp();
		process.exit(1);
	});
}
const counts = { passed: 0, failed: 0, skipped: 0 };
try {
	await n8n.ready();
	await runTests();
} catch (error) {
	console.error(error);
	counts.failed++;
} finally {
	await endAndCheck();
}
console.log(
	`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
);
process.exit(counts.failed > 0 ? 1 : 0);

/** The developer's own n8n, models and embed host must not change what is tested. */
function plainEnvironment() {
	const others = Object.entries(process.env).filter(([name]) => !/^(N8N_|DB_|EXECUTIONS_|EMBED_|HF_)/.test(name));
	return { ...Object.fromEntries(others), HF_HOME: join(home, 'huggingface') };
}

async function runTests() {
	const state = join(home, 'e2e.json');
	const { url, socket, environment, logFile } = n8n;
	writeFileSync(
		state,
		JSON.stringify({ url, home, socket, environment, logFile, packageFolder, runtime, chromium, reports }),
	);
	const report = join(reports, 'report.json');
	rmSync(report, { force: true });
	const config = join(root, 'test/e2e/vitest.config.mts');
	const args = [
		'run',
		'--root',
		root,
		'--config',
		config,
		'--reporter=verbose',
		'--reporter=json',
		`--outputFile.json=${report}`,
		...process.argv.slice(2),
	];
	tests = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
		cwd: root,
		stdio: 'inherit',
		env: { ...process.env, EMBED_E2E_STATE: state },
	});
	await new Promise((resolve) => tests.once('close', resolve));
	const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, success } = JSON.parse(
		readFileSync(report, 'utf8'),
	);
	counts.passed += numPassedTests;
	// A file that does not even load has no tests to fail.
	counts.failed += numFailedTests || (success ? 0 : numFailedTestSuites || 1);
	counts.skipped += numPendingTests;
}

/** The last test: ending n8n and the host that it started, in the ordinary way, leaves no process. */
async function endAndCheck() {
	const left = await cleanUp();
	if (left.length === 0) counts.passed++;
	else counts.failed++;
	console.log(
		left.length === 0
			? 'no process is left of n8n, the embed host and its workers'
			: `LEFT BEHIND: ${JSON.stringify(left, null, 2)}`,
	);
}

async function cleanUp() {
	const left = await n8n.stop();
	rmSync(home, { recursive: true, force: true });
	return left;
}
