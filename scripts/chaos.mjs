// `npm run chaos`: the built package with real processes and a real model, while its workers, its memory and its callers misbehave.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { build } from './build.mjs';
import { root } from './lib/process.mjs';
import { ensureInstalled } from './lib/setup.mjs';

const USAGE = `npm run chaos [-- FLAGS]

Every answer is checked against vectors of an undisturbed host. docs/chaos.md says what each scenario does.

  --long         the full lengths, about 40 minutes; without it all take a few minutes
  --only A,B     only these scenarios
  --json FILE    also write figures and checks as JSON`;

if (process.platform !== 'linux') fail('This needs Linux: it looks into /proc.');
const flags = readFlags();
ensureInstalled();
console.error('building ...');
build();
// Not before: what runs up to here blocks this process, and could not be interrupted.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => process.exit(1));
const { SCENARIOS } = await import('../test/chaos/scenarios/all.mjs');
const only = flags.only?.split(',') ?? Object.keys(SCENARIOS);
const unknown = only.find((name) => !(name in SCENARIOS));
if (unknown !== undefined) fail(`--only knows ${Object.keys(SCENARIOS).join(', ')}, not "${unknown}"`);
const { runChaos } = await import('../test/chaos/run.mjs');
const settings = {
	root,
	shared: join(root, '..', 'shared'),
	isLong: flags.long,
	only,
	log: (text) => console.error(text),
};
const result = await runChaos(settings, (line) => console.log(line));
if (flags.json) writeFileSync(resolve(flags.json), `${JSON.stringify(result, null, '\t')}\n`);
const checks = result.scenarios.flatMap((scenario) => scenario.checks);
const failed = checks.filter(({ isMet }) => !isMet).length;
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function readFlags() {
	try {
		const { values } = parseArgs({
			options: {
				long: { type: 'boolean', default: false },
				only: { type: 'string' },
				json: { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		});
		if (!values.help) return values;
	} catch (error) {
		return fail(`${error.message}\n\n${USAGE}`);
	}
	console.log(USAGE);
	return process.exit(0);
}

function fail(message) {
	console.error(message);
	process.exit(2);
}
