import { defaultSocket, type Address } from '../base/address';
import type { CacheStatus, DiskCacheStatus, ModelStatus, ScalingStatus, Status } from '../base/provider';
import { packageVersion } from '../base/version';
import { HttpProvider } from '../client/http-provider';

export interface StatusFlags {
	readonly url?: string;
	readonly socket?: string;
	readonly apiKey?: string;
	readonly json?: boolean;
}

/** `status`: what the host at an address (default: this user’s shared one) is doing. Starts none. */
export async function statusCommand(flags: StatusFlags, environment: NodeJS.ProcessEnv): Promise<void> {
	const socket = flags.socket ?? defaultSocket(packageVersion(), environment);
	const address: Address = flags.url !== undefined ? { url: flags.url } : { socket };
	const apiKey = flags.apiKey ?? environment.EMBED_API_KEY;
	const provider = new HttpProvider({ address, timeoutMs: 10_000, ...(apiKey !== undefined && { apiKey }) });
	try {
		const status = await provider.status();
		process.stdout.write(flags.json ? `${JSON.stringify(status, null, 2)}\n` : formatStatus(status));
	} finally {
		await provider.close();
	}
}

function formatStatus({ version, pid, uptimeS, draining, models }: Status): string {
	const leaving =
		draining && `draining (${draining.reason}): takes no more work, ${draining.inFlight} requests in flight`;
	return [
		`embed host ${version}, process ${pid}, up ${uptimeS} s`,
		...(leaving ? [leaving] : []),
		...models.flatMap(formatModel),
		'',
	].join('\n');
}

function formatModel(model: ModelStatus): string[] {
	const { cache, queue, workers, tokensPerSecond, scaling } = model;
	const worker = workers.map(({ pid, role, state }) => `process ${pid} (${role}) ${state}`).join(', ') || 'none';
	const rate = tokensPerSecond === null ? '' : `, ${tokensPerSecond} tokens a second`;
	const unload = model.unloadInS === null ? '' : `, unloads in ${Math.round(model.unloadInS)} s`;
	return [
		'',
		`${model.id}: ${model.state} (${model.reason})`,
		`  file     ${model.graphFile}`,
		`  vectors  ${model.dimensions ?? 'unknown'} numbers, ${model.pooling ?? 'unknown'} pooling${model.batching === 'single' ? ', one text at a time' : ''}`,
		`  worker   ${worker}${unload}${model.loadS === null ? '' : `, loaded in ${model.loadS} s`}`,
		`  scaling  ${describeScaling(scaling)}`,
		`  queue    ${queue.interactiveTexts} interactive and ${queue.bulkTexts} bulk texts, ${queue.tokens} of at most ${queue.maxTokens} tokens${rate}`,
		`  batches  ${describeBatches(model)}`,
		`  cache    ${describeLevel(cache)}`,
		`  on disk  ${describeDisk(cache.disk)}`,
	];
}

function describeScaling({ minWorkers, maxWorkers, utilization, targetUtilization, events }: ScalingStatus): string {
	const busy = utilization === null ? 'utilisation not known yet' : `${percent(utilization)} busy`;
	const last = events.at(-1);
	const change = last ? `; last change ${last.at}: ${last.from} to ${last.to}, ${last.reason}` : '';
	return `${minWorkers} to ${maxWorkers} workers, ${busy}, more over ${percent(targetUtilization)}${change}`;
}

function percent(share: number): string {
	return `${Math.round(100 * share)} %`;
}

function describeBatches({ batches: { batches, realTokens, paddedTokens } }: ModelStatus): string {
	if (batches === 0) return 'none yet';
	const padding = Math.round(100 * (1 - realTokens / paddedTokens));
	return `${batches}, ${Math.round(realTokens / batches)} tokens each on average, ${padding} % of them padding`;
}

function describeDisk(disk: DiskCacheStatus | null): string {
	if (!disk) return 'none';
	return disk.state === 'off' ? `off: ${disk.reason}` : `${describeLevel(disk)}, in ${disk.folder}`;
}

function describeLevel({ entries, bytes, maxBytes, hits, misses }: Omit<CacheStatus, 'disk'>): string {
	const asked = hits + misses;
	const share = asked === 0 ? 'not asked yet' : `${Math.round((100 * hits) / asked)} % of ${asked} found`;
	return `${entries} vectors, ${(bytes / 2 ** 20).toFixed(1)} of ${(maxBytes / 2 ** 20).toFixed(0)} MiB, ${share}`;
}
