import { messageOf } from '../base/errors';

/** One device as its driver sees it. */
export interface DeviceReading {
	readonly usedBytes: number;
	readonly totalBytes: number;
	/** 0 to 1; null where the driver does not say. */
	readonly utilization: number | null;
}

/** What the driver’s tool said of all devices. */
export interface DeviceReadings {
	/** None: there is no such tool, or it failed; `source` says which. */
	readonly devices: readonly DeviceReading[];
	readonly bytesByPid: ReadonlyMap<number, number>;
	/** Where the figures come from, or why there are none. */
	readonly source: string;
}

export type ReadDevices = () => Promise<DeviceReadings>;

const TOOL = 'nvidia-smi';
/** A driver that is in trouble may answer late or never. */
const TIMEOUT_MS = 3_000;
const CSV = '--format=csv,noheader,nounits';

/** Asks the driver’s tool, in a process of its own, what devices and processes hold. Where it is not there it is not tried again. */
export class NvidiaSmi {
	readonly #environment: NodeJS.ProcessEnv;
	#missing: DeviceReadings | null = null;

	/** @param environment whose PATH the tool is looked for in */
	constructor(environment: NodeJS.ProcessEnv) {
		this.#environment = environment;
	}

	/** Never throws: what cannot be read is unknown, with the reason. */
	readonly read: ReadDevices = async () => {
		if (this.#missing) return this.#missing;
		try {
			const devices = await this.#ask('--query-gpu=memory.used,memory.total,utilization.gpu');
			const processes = await this.#ask('--query-compute-apps=pid,used_memory');
			return { devices: parseDevices(devices), bytesByPid: parseProcesses(processes), source: TOOL };
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return (this.#missing = unknown(`there is no ${TOOL}`));
			return unknown(`${TOOL} failed: ${messageOf(error).split('\n')[0]}`);
		}
	};

	async #ask(query: string): Promise<string> {
		const { execFile } = await import('node:child_process');
		return new Promise((resolve, reject) => {
			const options = { env: this.#environment, timeout: TIMEOUT_MS, windowsHide: true };
			execFile(TOOL, [query, CSV], options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
		});
	}
}

/** `used, total, utilization` a line, in MiB and percent. */
export function parseDevices(csv: string): DeviceReading[] {
	return rowsOf(csv).flatMap(([used = null, total = null, percent = null]) => {
		if (used === null || total === null) return [];
		const utilization = percent === null ? null : percent / 100;
		return [{ usedBytes: used * 2 ** 20, totalBytes: total * 2 ** 20, utilization }];
	});
}

/** `pid, used` a line, in MiB; a process on several devices has several lines. */
export function parseProcesses(csv: string): ReadonlyMap<number, number> {
	const bytes = new Map<number, number>();
	for (const [pid = null, used = null] of rowsOf(csv))
		if (pid !== null && used !== null) bytes.set(pid, (bytes.get(pid) ?? 0) + used * 2 ** 20);
	return bytes;
}

/** What is no number, `[N/A]` for instance, is null. */
function rowsOf(csv: string): (number | null)[][] {
	const lines = csv.split('\n').filter((line) => line.trim() !== '');
	return lines.map((line) => line.split(',').map((cell) => (/^\s*\d+(\.\d+)?\s*$/.test(cell) ? Number(cell) : null)));
}

function unknown(reason: string): DeviceReadings {
	return { devices: [], bytesByPid: new Map(), source: `unknown: ${reason}` };
}
