// `npm run lint`: types, n8n's rules for nodes and ours, and who may import whom.
import { join } from 'node:path';

import { root, run, runNode } from './lib/process.mjs';
import { ensureInstalled } from './lib/setup.mjs';

ensureInstalled();
ensureInstalled(join(root, 'test/lint'));
runNode('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']);
runNode('node_modules/typescript/bin/tsc', ['--noEmit', '-p', '.']);
runNode('node_modules/typescript/bin/tsc', ['-p', 'test']);
// Runs eslint over the project with eslint.config.mjs, after checking that this is an n8n package.
run(process.execPath, [join(root, 'test/lint/node_modules/@n8n/node-cli/bin/n8n-node.mjs'), 'lint']);
runNode('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', [
	'--config',
	'.dependency-cruiser.cjs',
	'runtime',
	'nodes',
	'credentials',
]);
