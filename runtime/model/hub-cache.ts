import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the Hugging Face tools keep downloads: `$HF_HUB_CACHE`, else `$HF_HOME/hub`, else ~/.cache/huggingface/hub. */
export function hubCacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
	if (environment.HF_HUB_CACHE) return environment.HF_HUB_CACHE;
	const cacheHome = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(environment.HF_HOME || join(cacheHome, 'huggingface'), 'hub');
}

/** Folders of all ONNX models in the cache, by hub id: of each the snapshot that `main` names, else the only one. */
export function cachedModels(cache: string): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	if (!existsSync(cache)) return found;
	for (const name of readdirSync(cache)
		.filter((entry) => entry.startsWith('models--'))
		.sort()) {
		const snapshot = snapshotOf(join(cache, name));
		if (snapshot && isComplete(snapshot)) found.set(name.slice('models--'.length).replaceAll('--', '/'), snapshot);
	}
	return found;
}

function snapshotOf(repository: string): string | null {
	const snapshots = join(repository, 'snapshots');
	if (!existsSync(snapshots)) return null;
	const main = join(repository, 'refs', 'main');
	const commit = existsSync(main) ? readFileSync(main, 'utf8').trim() : null;
	if (commit && existsSync(join(snapshots, commit))) return join(snapshots, commit);
	const all = readdirSync(snapshots);
	return all.length === 1 ? join(snapshots, all[0]!) : null;
}

/** What is still being downloaded has no file behind its link. */
function isComplete(folder: string): boolean {
	return ['config.json', 'tokenizer.json'].every((name) => existsSync(join(folder, name))) && hasGraph(folder);
}

function hasGraph(folder: string): boolean {
	return [folder, join(folder, 'onnx')].some(
		(place) =>
			existsSync(place) && readdirSync(place).some((name) => name.endsWith('.onnx') && existsSync(join(place, name))),
	);
}
