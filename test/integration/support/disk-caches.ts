import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { EmbedHost, type HostOptions } from './embed-host';
import { until } from './processes';

/** Of the disk cache of a host, unless a test says another. */
export const BOUND = 16 * 2 ** 20;
export const TEXTS = Array.from({ length: 60 }, (_, i) =>
	`${i} the bridge was closed for repairs `.repeat(1 + (i % 4)),
);

/** A host with a cache on disk. */
export const startCaching = (cacheDir: string, options?: HostOptions, bytes = BOUND) =>
	EmbedHost.start(['--disk-cache-bytes', String(bytes), '--cache-dir', cacheDir], options);

/** The disk cache as the first model sees it. */
export const diskOf = async (host: EmbedHost) => (await host.model()).cache.disk!;
export const filesIn = (cacheDir: string) => readdirSync(join(cacheDir, 'vectors-v1')).sort();
/** The first and, in a small cache, only data file. */
export const dataFile = (cacheDir: string) => join(cacheDir, 'vectors-v1', '1.mdb');

export async function untilWritten(host: EmbedHost, entries: number): Promise<void> {
	await until(`${entries} vectors are on disk`, async () => (await diskOf(host)).entries >= entries);
}

/** Waits until files that were not closed in order have been read. */
export async function untilRead(host: EmbedHost): Promise<void> {
	await until('its files are read', async () => !(await diskOf(host)).reason.includes('being read'));
}

/** Warnings in a host’s log. */
export function warningsOf(host: EmbedHost): { readonly msg: string; readonly reason?: string }[] {
	const lines = host.log.split('\n').filter((line) => line.startsWith('{'));
	return lines
		.map((line) => JSON.parse(line) as { level: number; msg: string; reason?: string })
		.filter(({ level }) => level >= 40);
}
