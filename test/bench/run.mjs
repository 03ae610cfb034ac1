// All workloads of all models, and what came out.
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { ensureRandomModel } from './models.mjs';
import { describeMachine, describeVersions, loadAverage } from './report/machine.mjs';
import { ModelSession } from './session.mjs';
import { FOR_EVERY_MODEL, FOR_MAIN_MODEL, WITHOUT_MODEL } from './workloads/all.mjs';

/**
 * @param settings see scripts/bench.mjs
 * @param onFigure called with each figure when it is there
 * @param onResult called with the whole result after each workload, so that an interrupted run leaves something
 */
export async function runBench(settings, { onFigure, onResult }) {
	// What hosts of earlier runs learned of this machine must not help this one.
	rmSync(join(settings.cache, 'host'), { recursive: true, force: true });
	const { quick, serveArgs, sizes } = settings;
	const result = {
		startedAt: new Date().toISOString(),
		endedAt: null,
		machine: describeMachine(),
		versions: {},
		load: { start: loadAverage(), end: null },
		settings: { quick, serveArgs, ...sizes },
		absent: {},
		failures: [],
		figures: [],
	};
	const peerVersions = {};
	const measure = async (workload, model, run) => {
		settings.log(`${workload}${model ? `, ${model}` : ''} ...`);
		try {
			const figures = await run();
			result.figures.push(...figures);
			figures.forEach(onFigure);
		} catch (error) {
			result.failures.push({ workload, model: model ?? '', error: error.message });
			settings.log(`  FAILED: ${error.stack}`);
		}
		result.endedAt = new Date().toISOString();
		result.load.end = loadAverage();
		result.versions = describeVersions(settings.root, peerVersions);
		onResult(result);
	};
	const isWanted = ([name]) => settings.only.includes(name);

	for (const name of settings.modelNames) {
		const model = settings.models[name];
		const workloads = Object.entries({ ...FOR_EVERY_MODEL, ...(model.isMain && FOR_MAIN_MODEL) }).filter(isWanted);
		if (workloads.length === 0) continue;
		if (name.startsWith('qwen3')) ensureRandomModel(model, settings);
		const session = await ModelSession.start(name, model, settings);
		Object.assign(peerVersions, session.versions);
		for (const [peer, why] of Object.entries(session.absent)) result.absent[peer] ??= why;
		try {
			for (const [workload, run] of workloads) await measure(workload, model.title, () => run(session));
		} finally {
			await session.close();
		}
	}
	for (const [workload, run] of Object.entries(WITHOUT_MODEL).filter(isWanted)) {
		await measure(workload, null, () => run(settings));
	}
	return result;
}
