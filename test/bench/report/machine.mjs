// On what, and with which versions, something was measured.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';

export function describeMachine() {
	return {
		cpu: cpus()[0]?.model.trim() ?? 'unknown',
		/** Those that this process may use. */
		cores: availableParallelism(),
		memoryGb: Math.round(totalmem() / 1e9),
		system: `${process.platform} ${process.arch} ${release()}`,
		vectorInstructions: vectorInstructions(),
	};
}

/** @param peers versions that the peers told */
export function describeVersions(root, peers) {
	const versionOf = (...path) => JSON.parse(readFileSync(join(root, ...path, 'package.json'), 'utf8')).version;
	return {
		'n8n-nodes-embed': versionOf(),
		node: process.versions.node,
		'onnxruntime-node': versionOf('node_modules', 'onnxruntime-node'),
		...(peers['@huggingface/transformers'] && {
			'onnxruntime-node of the peer': versionOf('test', 'bench', 'node_modules', 'onnxruntime-node'),
		}),
		...peers,
	};
}

/** Processes that want to run, averaged over one minute. */
export function loadAverage() {
	return Math.round(loadavg()[0] * 100) / 100;
}

// 8-bit products are fast with VNNI and saturate without it: the int8 figures hang on it.
function vectorInstructions() {
	if (process.platform !== 'linux') return [];
	const [, flags = ''] = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
	const wanted = ['avx2', 'avx512f', 'avx512_vnni', 'avx_vnni', 'amx_int8'];
	return wanted.filter((name) => flags.split(' ').includes(name));
}
