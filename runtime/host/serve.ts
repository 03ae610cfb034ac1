import { chmodSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

import type { FastifyInstance } from 'fastify';

import { isLoopback, type Address } from '../base/address';
import { systemClock } from '../base/clock';
import { EmbedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Options } from '../base/options';
import { packageVersion } from '../base/version';
import { defaultCacheFolder } from '../cache/cache-folder';
import { DiskCache } from '../cache/disk-cache';
import { Engine } from '../engine/engine';
import { TuningFiles } from '../engine/tuning-files';
import { NvidiaSmi } from '../machine/nvidia-smi';
import { readProcessMemory } from '../machine/process-memory';
import { readSystemMemory } from '../machine/system-memory';
import { TokenizerPool } from '../threads/tokenizer-pool';
import { RunningWorkers } from '../workers/running-workers';
import { collectGarbage } from './collect-garbage';
import { Drain } from './drain';
import { Presence } from './presence';
import { servedModels } from './served-models';
import { buildServer } from './server';
import { Shutdown } from './shutdown';
import { claimSocket, type SocketClaim } from './socket-claim';

export interface Host {
	readonly address: Address;
	/** Ids, the default first. */
	readonly models: readonly string[];
	/** Resolves when the host has ended for whatever reason, with whether all it had taken on was answered. */
	readonly ended: Promise<boolean>;
	/**
	 * Takes no more work, answers what is in flight, then ends every process and thread, all within --shutdown-timeout-s.
	 * Idempotent.
	 */
	drain(reason: string): void;
	/** Ends at once, whatever is in flight. Idempotent. */
	cut(why: string): void;
}

/** Bulk work yields the processor to single texts, to the host itself and to everything else on the machine. */
const BULK_NICENESS = 10;
/** A connection on which nothing is in flight but half a request, or a look at the host, is cut so long after all is answered. */
const LINGER_MS = 2_000;

/**
 * Starts the embed host.
 * @throws EmbedError when the address is taken or not private, when a key is missing, or when no model can be served
 */
export async function serve(
	options: Options,
	{ logger, environment }: { logger: Logger; environment: Readonly<Record<string, string | undefined>> },
): Promise<Host> {
	checkExposure(options);
	checkWorkers(options);
	const clock = systemClock;
	const tokenizer = new TokenizerPool();
	const sources = servedModels(options, environment);
	const cacheFolder = options.cacheDir ?? defaultCacheFolder(environment);
	const diskCache = diskCacheFor(options, cacheFolder, logger);
	const workers = new RunningWorkers();
	const drain = new Drain();
	const engine: Engine = new Engine({
		version: packageVersion(),
		sources,
		limits: {
			idleTimeoutMs: options.idleTimeoutS * 1000,
			cacheBytes: options.cacheBytes,
			maxBatchTokens: options.maxBatchTokens,
			maxQueuedTokens: options.maxQueuedTokens,
			threads: options.threads || availableParallelism(),
			maxWorkers: options.maxWorkers,
			minWorkers: options.minWorkers,
			targetUtilization: options.targetGpuUtilization,
		},
		surroundings: {
			tokenizer,
			startWorker: (role) => workers.start(role === 'bulk' ? BULK_NICENESS : 0),
			availableBytes: () => process.availableMemory(),
			loadPerCore: () => loadavg()[0]! / availableParallelism(),
			tuning: new TuningFiles(cacheFolder, packageVersion(), logger),
			clock,
			logger,
			diskCache,
			onMove: () => presence.touch(),
		},
		memory: {
			share: options.memoryUtilization,
			deviceShare: options.gpuMemoryUtilization,
			system: readSystemMemory,
			readProcess: readProcessMemory,
			readDevices: new NvidiaSmi(process.env).read,
			giveBack: async () => {
				await tokenizer.rest();
				collectGarbage();
			},
		},
	});
	if (engine.fault) throw engine.fault;
	const presence = new Presence({
		clock,
		exitAfterIdleMs: options.exitAfterIdleS * 1000,
		isBusy: () => engine.isLoaded,
		leave: () => {
			logger.info('unused: leaving');
			drain.begin('unused');
		},
	});
	const server = buildServer(engine, {
		apiKey: options.apiKey,
		isPrivate: options.socket !== null,
		version: packageVersion(),
		clock,
		logger,
		drain,
		onWork: () => presence.work(),
	});
	// Not before the address is ours: a host that finds it taken must not touch the files of the one that has it.
	const { address, claim } = await listen(server, options, async () => diskCache?.open()).catch(
		async (error: unknown) => {
			await diskCache?.close();
			throw error;
		},
	);

	engine.begin();
	const close = async () => {
		presence.stop();
		const linger = clock.after(LINGER_MS, () => server.server.closeAllConnections());
		await server.close();
		linger.cancel();
		await engine.close();
		await tokenizer.close();
		await diskCache?.close();
		claim?.release();
	};
	const abandon = () => {
		workers.kill();
		claim?.release();
	};
	const timeoutMs = options.shutdownTimeoutS * 1000;
	const shutdown = new Shutdown({ drain, clock, logger, timeoutMs, close, abandon });
	return {
		address,
		models: sources.map(({ id }) => id),
		ended: shutdown.ended,
		drain: (reason) => drain.begin(reason),
		cut: (why) => shutdown.cut(why),
	};
}

function checkExposure({ socket, host, apiKey }: Options): void {
	if (apiKey !== null && !/^[!-~]+$/.test(apiKey)) {
		throw new EmbedError(
			'invalid_request',
			'The key must be of letters, digits and signs, without spaces: no other can be sent in a header',
			{ param: '--api-key' },
		);
	}
	if (socket !== null || isLoopback(host) || apiKey !== null) return;
	throw new EmbedError(
		'invalid_request',
		`--host ${host} can be reached from other machines, so a key is needed: set EMBED_API_KEY (or --api-key), or listen on 127.0.0.1`,
		{ param: '--api-key' },
	);
}

function checkWorkers({ minWorkers, maxWorkers }: Options): void {
	if (maxWorkers === 0 || minWorkers <= maxWorkers) return;
	throw new EmbedError('invalid_request', `--min-workers ${minWorkers} is more than --max-workers ${maxWorkers}`, {
		param: '--min-workers',
	});
}

function diskCacheFor({ cacheBytes, diskCacheBytes }: Options, cacheFolder: string, logger: Logger): DiskCache | null {
	if (cacheBytes === 0 || diskCacheBytes === 0) return null;
	return new DiskCache({ cacheFolder, maxBytes: diskCacheBytes, logger });
}

async function listen(
	server: FastifyInstance,
	{ socket, host, port }: Options,
	prepare: () => Promise<void>,
): Promise<{ address: Address; claim: SocketClaim | null }> {
	if (socket !== null) {
		const claim = await claimSocket(socket);
		try {
			await prepare();
			await server.listen({ path: socket });
		} catch (error) {
			claim.release();
			throw inUse(socket, error);
		}
		if (process.platform !== 'win32') chmodSync(socket, 0o600);
		return { address: { socket }, claim };
	}
	try {
		await prepare();
		return { address: { url: await server.listen({ host, port }) }, claim: null };
	} catch (error) {
		throw inUse(`${host}:${port}`, error);
	}
}

function inUse(where: string, error: unknown): unknown {
	if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
	return new EmbedError('address_in_use', `Another program listens on ${where}; stop it, or choose another address`, {
		cause: error,
	});
}
