import { existsSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';

import { defaultSocket } from '../base/address';
import { messageOf } from '../base/errors';
import { silentLogger } from '../base/logger';
import { resolveOptions } from '../base/options';
import { ensurePrivateFolder } from '../base/private-folder';
import { packageVersion } from '../base/version';
import { serve } from '../host/serve';
import { HttpProvider } from '../client/http-provider';
import { BUILTIN_MODEL_FOLDER } from '../model/builtin';
import { readModelFolder } from '../model/folder';
import { cachedModels, hubCacheFolder } from '../model/hub-cache';

interface Finding {
	readonly what: string;
	readonly state: 'ok' | 'note' | 'fails';
	readonly detail: string;
}

type Check = (environment: NodeJS.ProcessEnv) => Finding | Promise<Finding>;

/** `doctor`: what works on this machine and why the rest does not. Exit code 1 when something fails. */
export async function doctorCommand(flags: { readonly json?: boolean }, environment: NodeJS.ProcessEnv): Promise<void> {
	const findings: Finding[] = [];
	for (const check of CHECKS) findings.push(await run(check, environment));
	process.stdout.write(flags.json ? `${JSON.stringify(findings, null, 2)}\n` : `${findings.map(format).join('\n')}\n`);
	if (findings.some(({ state }) => state === 'fails')) process.exitCode = 1;
}

const machine: Check = () => {
	const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
	const detail = `${process.platform} ${process.arch}, Node ${process.versions.node}, ${availableParallelism()} processors, ${gib(freemem())} of ${gib(totalmem())} free`;
	return { what: 'machine', state: 'ok', detail };
};

const systemLibrary: Check = () => {
	const what = 'C library';
	if (process.platform !== 'linux') return { what, state: 'ok', detail: 'not Linux: nothing to check' };
	const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
	return header.glibcVersionRuntime
		? { what, state: 'ok', detail: `glibc ${header.glibcVersionRuntime}` }
		: {
				what,
				state: 'fails',
				detail:
					'musl (Alpine): onnxruntime needs glibc. Run the host in a Debian-based container beside n8n, or use a server elsewhere, or run n8n on a glibc system',
			};
};

const builtinModel: Check = () => {
	const { graphFile, maxTokens, dimensions } = readModelFolder(BUILTIN_MODEL_FOLDER);
	return {
		what: 'built-in model',
		state: 'ok',
		detail: `${graphFile}: ${dimensions} numbers, up to ${maxTokens} tokens`,
	};
};

const firstVector: Check = async (environment) => {
	const start = performance.now();
	// A free port of our own, so that the host in use, if there is one, is not asked.
	const options = resolveOptions({ port: 0, host: '127.0.0.1', idleTimeoutS: 0 }, {});
	const host = await serve(options, { logger: silentLogger, environment });
	const provider = new HttpProvider({ address: host.address });
	try {
		const { vectors, timings } = await provider.embed({ inputs: ['Does this machine embed texts?'] });
		const length = Math.hypot(...vectors[0]!);
		const ok = Math.abs(length - 1) < 1e-4;
		const detail = `${vectors[0]!.length} numbers after ${Math.round(performance.now() - start)} ms, ${timings.inferenceMs.toFixed(1)} ms of it the model`;
		return { what: 'first vector', state: ok ? 'ok' : 'fails', detail: ok ? detail : `its length is ${length}, not 1` };
	} finally {
		await provider.close();
		host.drain('doctor has its answer');
		await host.ended;
	}
};

const privateSocket: Check = (environment) => {
	const socket = defaultSocket(packageVersion(), environment);
	if (process.platform !== 'win32') ensurePrivateFolder(dirname(socket));
	return { what: 'private socket', state: 'ok', detail: socket };
};

const sharedHost: Check = async (environment) => {
	const what = 'shared host';
	const provider = new HttpProvider({
		address: { socket: defaultSocket(packageVersion(), environment) },
		timeoutMs: 5_000,
	});
	try {
		const { pid, uptimeS } = await provider.status();
		return { what, state: 'ok', detail: `runs as process ${pid} for ${uptimeS} s` };
	} catch {
		return { what, state: 'note', detail: 'not running; the first node starts it' };
	} finally {
		await provider.close();
	}
};

const downloadedModels: Check = (environment) => {
	const cache = hubCacheFolder(environment);
	const models = [...cachedModels(cache).keys()];
	const detail =
		models.length > 0
			? `${models.join(', ')} (in ${cache})`
			: `none in ${cache}${existsSync(cache) ? '' : ', which does not exist yet'}`;
	return { what: 'downloaded models', state: 'note', detail };
};

const CHECKS: readonly Check[] = [
	machine,
	systemLibrary,
	builtinModel,
	firstVector,
	privateSocket,
	sharedHost,
	downloadedModels,
];

async function run(check: Check, environment: NodeJS.ProcessEnv): Promise<Finding> {
	try {
		return await check(environment);
	} catch (error) {
		return {
			what: check.name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
			state: 'fails',
			detail: messageOf(error),
		};
	}
}

function format({ what, state, detail }: Finding): string {
	return `${state.padEnd(5)}  ${what.padEnd(17)}  ${detail}`;
}
