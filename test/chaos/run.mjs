// All scenarios, one after another, and what came of them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describeMachine, loadAverage } from '../bench/report/machine.mjs';
import { ChaosHost } from './host/chaos-host.mjs';
import { Golden } from './load/golden.mjs';
import { chaosTexts } from './load/texts.mjs';
import { SCENARIOS } from './scenarios/all.mjs';
import { toLine } from './verdict.mjs';

const TEXTS = { short: 600, long: 2_000 };

/**
 * @param settings `{ root, shared, isLong, only, log }`
 * @param onLine called with each scenario’s line of figures
 * @returns `{ machine, scenarios: [{ name, figures, checks }] }`
 */
export async function runChaos(settings, onLine) {
	const { root, shared, isLong, only, log } = settings;
	const modelArgs = modelArgsOf(shared);
	const startHost = (args, options) => ChaosHost.start(root, [...modelArgs, '--log-level', 'info', ...args], options);
	const golden = await goldenOf(startHost, chaosTexts(shared, isLong ? TEXTS.long : TEXTS.short));
	const result = { startedAt: new Date().toISOString(), isLong, machine: describeMachine(), scenarios: [] };
	for (const name of only) {
		log(`${name} ...`);
		const start = performance.now();
		const { figures, checks } = await SCENARIOS[name]({ root, isLong, startHost, golden, log }).catch(toFailure);
		const seconds = Math.round((performance.now() - start) / 1000);
		result.scenarios.push({ name, figures: { ...figures, seconds }, checks, load: loadAverage() });
		onLine(toLine(name, { ...figures, seconds }));
		for (const { what, isMet, found } of checks) if (!isMet) onLine(`  FAILED ${what}: ${found}`);
	}
	return result;
}

function modelArgsOf(shared) {
	const minilm = join(shared, 'models', 'all-MiniLM-L6-v2');
	return existsSync(minilm) ? ['--model-path', minilm, '--dtype', 'fp32'] : [];
}

async function goldenOf(startHost, texts) {
	const host = await startHost(['--cache-bytes', '0', '--max-workers', '1']);
	try {
		return await Golden.compute(host, texts);
	} finally {
		await host.close();
	}
}

function toFailure(error) {
	return { figures: {}, checks: [{ what: 'the scenario came to its end', isMet: false, found: error.stack }] };
}
