// What the package costs n8n’s own process when it is loaded there and nobody uses it.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { plainEnvironment } from '../contenders/host.mjs';
import { figure } from '../figure.mjs';

const PROBE = fileURLToPath(new URL('nodes-probe.cjs', import.meta.url));

export async function nodes({ sizes, root, cache, node24 }) {
	const probes = Array.from({ length: sizes.rounds }, () => {
		const args = ['--expose-gc', PROBE, root];
		return JSON.parse(execFileSync(node24, args, { encoding: 'utf8', env: plainEnvironment(cache) }));
	});
	const more = (count) => probes.map(({ before, after }) => count(after) - count(before));
	const megabytes = more((one) => one.megabytes);
	const libraries = more((one) => one.libraries.length);
	const threads = more((one) => one.threads);
	const children = more((one) => one.children);
	return [
		figure('nodes-memory', {
			title: 'all nodes required in a bare Node 24 with n8n-workflow: resident memory added',
			unit: 'MB',
			against: null,
			rounds: { ours: megabytes },
			ratios: { ours: Math.max(...megabytes) },
			notes: [
				`Node ${probes[0].node}; ${probes[0].files} files; garbage collected before each reading; the highest of all rounds counts`,
			],
		}),
		figure('nodes-native', {
			title: 'the same: native libraries, threads and processes added',
			unit: 'count',
			against: null,
			rounds: { ours: libraries.map((count, i) => count + threads[i] + children[i]) },
			ratios: { ours: Math.max(...libraries) + Math.max(...threads) + Math.max(...children) },
			notes: [
				`libraries ${Math.max(...libraries)}, threads ${Math.max(...threads)}, processes ${Math.max(...children)} (highest of all rounds)`,
			],
		}),
	];
}
