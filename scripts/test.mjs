// `npm test`: sets up what it needs, then runs the unit tests and, on Node 20 and 24, the integration tests.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { build } from './build.mjs';
import { root, run } from './lib/process.mjs';
import { ensureInstalled, ensureNode24 } from './lib/setup.mjs';

ensureInstalled();
build();
const shared = join(root, '..', 'shared', 'models');
console.log(
	existsSync(shared)
		? `testing with the models in ${shared}`
		: 'testing with the built-in model only: there is no ../shared/models',
);
const reports = join(root, '.cache', 'reports');
mkdirSync(reports, { recursive: true });
const counts = { passed: 0, failed: 0, skipped: 0 };
vitest('unit', process.execPath);
vitest('integration', process.execPath);
const node24 = ensureNode24();
if (node24 !== process.execPath) vitest('integration', node24);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);

function vitest(project, node) {
	const major = node === process.execPath ? process.versions.node.split('.')[0] : '24';
	console.log(`\n${project} tests on Node ${major}`);
	const report = join(reports, `${project}-${major}.json`);
	const args = [
		join(root, 'node_modules/vitest/vitest.mjs'),
		'run',
		'--project',
		project,
		'--reporter=default',
		'--reporter=json',
		`--outputFile.json=${report}`,
	];
	rmSync(report, { force: true });
	run(node, args, { allowFailure: true });
	const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, success } = JSON.parse(
		readFileSync(report, 'utf8'),
	);
	counts.passed += numPassedTests;
	// A file that does not even load has no tests to fail.
	counts.failed += numFailedTests || (success ? 0 : numFailedTestSuites || 1);
	counts.skipped += numPendingTests;
}
