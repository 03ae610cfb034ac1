// Compiles to dist/ and puts beside the code what it reads at run time: icons, node descriptions, the built-in model.
import { chmodSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';

import { isMain, root, runNode } from './lib/process.mjs';

const KEPT = new Set(['.svg', '.png', '.json']);

export function build() {
	rmSync(join(root, 'dist'), { recursive: true, force: true });
	runNode('node_modules/typescript/bin/tsc', ['-p', '.']);
	for (const folder of ['nodes', 'credentials', 'icons']) copyKept(folder);
	const model = 'runtime/model/builtin';
	cpSync(join(root, model), join(root, 'dist', model), { recursive: true });
	chmodSync(join(root, 'dist/runtime/cli.js'), 0o755);
}

function copyKept(folder) {
	for (const name of readdirSync(join(root, folder), { recursive: true })) {
		if (!KEPT.has(extname(name))) continue;
		const target = join(root, 'dist', folder, name);
		cpSync(join(root, folder, name), target, { recursive: true });
	}
}

if (isMain(import.meta.url)) build();
