// Runs the project's tools: from the project's root, with their output in view, and with their failure ours.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** Runs a JavaScript file with this Node. */
export function runNode(file, args = [], options = {}) {
	run(process.execPath, [resolve(root, file), ...args], options);
}

/** @param allowFailure go on when the command fails, instead of ending with its exit code */
export function run(command, args = [], { allowFailure = false, ...options } = {}) {
	const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
	if (error) throw error;
	if (status !== 0 && !allowFailure) process.exit(status ?? 1);
}

/** Whether the module at `url` is what Node was asked to run. */
export function isMain(url) {
	return process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === url;
}
