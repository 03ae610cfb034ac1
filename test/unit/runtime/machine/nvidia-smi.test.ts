import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { NvidiaSmi, parseDevices, parseProcesses } from '../../../../runtime/machine/nvidia-smi';
import { tempFolder, writeFiles } from '../../../support/temp-folder';

const MIB = 2 ** 20;

/** An `nvidia-smi` of our own, found first. */
function toolThat(script: string) {
	const folder = tempFolder();
	writeFiles(folder, { 'nvidia-smi': `#!/bin/sh\necho x >> "${join(folder, 'calls')}"\n${script}\n` });
	chmodSync(join(folder, 'nvidia-smi'), 0o755);
	const calls = () => readFileSync(join(folder, 'calls'), 'utf8').split('\n').length - 1;
	return { tool: new NvidiaSmi({ PATH: `${folder}:/usr/bin:/bin` }), calls };
}

describe.skipIf(process.platform === 'win32')('the driver’s tool', () => {
	test('says what devices and processes hold', async () => {
		const { tool } = toolThat(`case "$1" in
--query-gpu=memory.used,memory.total,utilization.gpu) echo '1024, 24564, 37' ;;
--query-compute-apps=pid,used_memory) printf '41, 500\\n42, 300\\n' ;;
*) exit 9 ;;
esac`);
		expect(await tool.read()).toEqual({
			devices: [{ usedBytes: 1024 * MIB, totalBytes: 24_564 * MIB, utilization: 0.37 }],
			bytesByPid: new Map([
				[41, 500 * MIB],
				[42, 300 * MIB],
			]),
			source: 'nvidia-smi',
		});
	});

	test('is asked again after it failed', async () => {
		const { tool, calls } = toolThat('echo "NVIDIA-SMI has failed" >&2; exit 9');
		const { devices, source } = await tool.read();
		expect(devices).toEqual([]);
		expect(source).toMatch(/^unknown: nvidia-smi failed: /);
		await tool.read();
		expect(calls()).toBe(2);
	});

	test('is missing on most machines, which is no fault', async () => {
		const tool = new NvidiaSmi({ PATH: tempFolder() });
		expect(await tool.read()).toEqual({
			devices: [],
			bytesByPid: new Map(),
			source: 'unknown: there is no nvidia-smi',
		});
	});
});

test('a device that hides its use has none known, one without memory is left out', () => {
	expect(parseDevices('10, 100, [N/A]\n[N/A], [N/A], 5\n\n')).toEqual([
		{ usedBytes: 10 * MIB, totalBytes: 100 * MIB, utilization: null },
	]);
});

test('a process on two devices holds the sum; one whose share is hidden is left out', () => {
	expect(parseProcesses('7, 10\n8, [N/A]\n7, 20\n')).toEqual(new Map([[7, 30 * MIB]]));
});
