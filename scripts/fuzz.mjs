// `npm run fuzz`: 100,000 hostile requests to a real host; `-- --requests N --seed N` for another number, or the same ones again.
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { build } from './build.mjs';
import { root, run } from './lib/process.mjs';
import { ensureInstalled } from './lib/setup.mjs';

const { values } = parseArgs({
	options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
ensureInstalled();
build();
process.env.EMBED_FUZZ_REQUESTS = values.requests;
if (values.seed !== undefined) process.env.EMBED_FUZZ_SEED = values.seed;
run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'fuzz']);
