// What a host costs that has nothing to do.
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { Host } from '../contenders/host.mjs';
import { figure } from '../figure.mjs';
import { inLists } from '../texts/banking77.mjs';

const UNLOAD_LIMIT_MS = 30_000;

export async function rest(settings) {
	const fresh = [];
	const unloaded = [];
	for (let round = 0; round < settings.sizes.rounds; round++) {
		const host = await Host.start(settings, ['--idle-timeout-s', '1']);
		try {
			await wait(settings.sizes.restWaitMs);
			fresh.push(residentMegabytes(host.pid));
			const client = await host.client();
			const lists = inLists(settings.texts.slice(0, settings.sizes.shortTexts), settings.sizes.shortListSize);
			await client.ask('lists', { lists, inFlight: settings.sizes.listsInFlight });
			await untilUnloaded(host);
			await wait(settings.sizes.restWaitMs);
			unloaded.push(residentMegabytes(host.pid));
		} finally {
			await host.close();
		}
	}
	return [
		figure('rest', {
			title: 'the host at rest, no model loaded: resident memory',
			unit: 'MB',
			against: null,
			rounds: { ours: fresh, 'ours, after a model was used and unloaded': unloaded },
			ratios: { ours: Math.max(...fresh) },
			notes: ['the highest of all rounds counts; MB are millions of bytes; the host has no other process at rest'],
		}),
	];
}

async function untilUnloaded(host) {
	const deadline = Date.now() + UNLOAD_LIMIT_MS;
	while ((await host.modelStatus()).workers.length > 0) {
		if (Date.now() > deadline) throw new Error('the model was not unloaded');
		await wait(100);
	}
}

function residentMegabytes(pid) {
	const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
	return (Number(kilobytes) * 1024) / 1e6;
}
